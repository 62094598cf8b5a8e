import { expect, it } from 'vitest';
import { CONFIG, LENDING } from '../../testing/examples/config.ts';
import type { LendingReading } from '../github/lending.ts';
import { beliefsOf } from './belief.ts';

const swarm: LendingReading = {
  ...{
    id: 1,
    nodeId: 'R_1',
    owner: { id: 1, login: 'descent' },
    name: 'descent',
    isPublic: true,
    isFork: false,
  },
  ...{
    isArchived: false,
    head: { branch: 'main', oid: 'a'.repeat(40) },
    machineFile: null,
    hasWorkflow: true,
  },
  ...{ config: CONFIG + LENDING, isSwarm: true, state: null, answered: null },
};
const machine = (id: number, owner: LendingReading['owner']): LendingReading => ({
  ...{ ...swarm, id, owner, name: `machine-${id}`, config: null, isSwarm: false },
  machineFile: `swarm: descent/descent\nmachine: m${id}\ntracks: [cpu]\n`,
});

it('of one owner twenty machines are believed, the oldest; the others are told why they get no jobs', () => {
  const bobs = Array.from({ length: 22 }, (_, i) =>
    machine(100 + i, { id: 12, login: i % 2 ? 'bob' : 'Bobby' }),
  );
  const beliefs = beliefsOf([swarm, ...bobs.toReversed(), machine(999, { id: 11, login: 'ada' })]);
  const believed = [...beliefs].flatMap(([id, belief]) => (belief.believed ? id : []));
  expect(believed).toEqual([...bobs.slice(0, 20).map(({ id }) => id), 999]);
  const { said } = beliefs.get(121)!;
  expect(said).toMatchObject({ conclusion: 'failure', title: 'one problem' });
  expect(said.summary).toContain('20 machines');
  // One that is given up makes room.
  expect(beliefsOf([swarm, ...bobs.slice(2)]).get(121)!.believed).not.toBeNull();
});
