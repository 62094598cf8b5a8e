import { describe, expect, it } from 'vitest';
import { NOW } from '../../../testing/examples/names.ts';
import { run } from '../../../testing/examples/run.ts';
import type { MachineState } from '../../formats/leaderboard.ts';
import type { End } from '../../formats/run.ts';
import { exploresAlone, latelyOf } from './lately.ts';
import { seen } from './machines.ts';

const by = (machine: string, ownerId: number, change: object = {}) =>
  run(1, { owner: machine.split('.')[0]!, machine, ownerId, ...change });
const ended = (how: End['how'], times = 1): End[] =>
  Array.from({ length: times }, () => ({ machine: 'ada.desk', ownerId: 1, how }));

describe('what became of the last runs of a lent machine', () => {
  it('is counted once a run, with the record of the run, whoever finished it', () => {
    const runs = [by('bob.lab', 2, { ends: ended('preempted', 2) }), by('ada.desk', 1)];
    const machines = seen({}, runs, { pull: 41, blob: 'b'.repeat(40) });
    expect(machines['ada.desk']).toMatchObject({ ownerId: 1, lately: 'ppf', jobs: 1 });
    expect(machines['bob.lab']).toMatchObject({ ownerId: 2, lately: 'f' });
    expect(latelyOf(machines['ada.desk']!)).toEqual({
      ...{ runs: 3, preempted: 2, vanished: 0, disturbed: 0, share: 2 / 3 },
    });
  });

  it('counts whatever its owner may end a run by, and not what never began', () => {
    const hows = ['preempted', 'disturbed', 'vanished', 'failed', 'untaken'] as const;
    const ends = hows.flatMap((how) => ended(how));
    const machines = seen({}, [by('bob.lab', 2, { ends })], null);
    expect(machines['ada.desk']).toMatchObject({ lately: 'pdvv', faults: 3 });
  });

  it('is of the last 50', () => {
    let machines: Record<string, MachineState> = {};
    for (let i = 0; i < 60; i++)
      machines = seen(machines, [by('ada.desk', 1, i < 20 ? { ends: ended('preempted') } : {})], null);
    expect(machines['ada.desk']!.lately).toBe(`${'pf'.repeat(5)}${'f'.repeat(40)}`);
  });

  it('is not kept of runners of the swarm itself', () => {
    const machines = seen({}, [run(1, { ends: [{ machine: 'ada.desk', how: 'preempted' }] })], null);
    expect(machines['ada.desk']).toEqual({
      owner: 'ada',
      jobs: 0,
      lastSeen: NOW,
      outliers: [],
      unvouched: [],
    });
  });
});

describe('a machine that gets exploring runs alone', () => {
  it.each([
    ['ffffffffpp', false],
    ['fffffffppp', true],
    ['ppp', false],
    [`${'f'.repeat(40)}${'p'.repeat(10)}`, false],
    [`${'f'.repeat(39)}${'p'.repeat(6)}${'v'.repeat(5)}`, true],
    [`${'f'.repeat(39)}${'d'.repeat(11)}`, true],
  ])('%s: %s', (lately, alone) => {
    expect(exploresAlone({ lately })).toBe(alone);
  });
});
