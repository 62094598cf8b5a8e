import fc from 'fast-check';
import { expect, it } from 'vitest';
import { leaderboardSchema } from '../../core/formats/leaderboard.ts';
import { namedMap, own } from '../../core/names.ts';
import { NO_OWNER, ownerOf } from '../../core/owner.ts';
import { countedConfirmations } from '../../core/rules/acceptance/owners.ts';
import { seen, struck, vouched } from '../../core/rules/audits/machines.ts';
import { config } from '../../testing/examples/config.ts';
import { board } from '../../testing/examples/leaderboard.ts';
import { NOW } from '../../testing/examples/names.ts';
import { run } from '../../testing/examples/run.ts';
import { bounded } from './results/bounded.ts';
import { knownOwners } from './rules/owners.ts';
import { placeRuns } from './rules/placing.ts';

const NAUGHTY = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', '__proto__'];
const name = fc.oneof(fc.constantFrom(...NAUGHTY), fc.string({ minLength: 1, maxLength: 12 }));

it('any name of an owner or machine is counted like any other', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name), { minLength: 1, maxLength: 20 }), (pairs) => {
      const runs = pairs.map(([owner, machine], i) => run(2, { owner, machine, runId: i, stage: 'explore' }));
      const owners = namedMap(Object.fromEntries(pairs.map(([owner]) => [owner, { runs: 1, milli: 1 }])));
      const experiment = { pull: 1, blob: 'a'.repeat(40) };
      const machines = seen({}, runs, experiment);
      for (const [owner, machine] of pairs) {
        expect(own(machines, machine)?.jobs).toBe(pairs.filter(([, one]) => one === machine).length);
        expect(own(vouched(machines, machine, experiment), machine)?.unvouched).toEqual([]);
        const strike = { at: NOW, pull: 1, author: owner };
        expect(own(struck(machines, machine, strike), machine)?.outliers).toEqual([strike]);
      }
      const standing = { ...board.tracks.cpu!, machines };
      const kept = bounded({ ...board, owners, tracks: { cpu: standing } }, NOW).board;
      expect(Object.keys(kept.tracks.cpu!.machines).length).toBe(new Set(pairs.map(([, one]) => one)).size);
      expect(Object.keys(JSON.parse(JSON.stringify(kept)).owners).length).toBe(Object.keys(owners).length);
      const without = (all: object) => Object.keys(all).filter((one) => one !== '__proto__');
      expect(without(leaderboardSchema.parse(kept).owners).toSorted()).toEqual(without(owners).toSorted());
    }),
    { numRuns: 300 },
  );
});

it('one-time names have no owner: they confirm nothing and get no dispatch, and the reason says so', () => {
  expect(
    ['Ada.desk', 'set-x7k2p-runner-abc', 'GitHub Actions 12', '.desk', 'a|b.c', 'ada.'].map(ownerOf),
  ).toEqual(['ada', NO_OWNER, NO_OWNER, NO_OWNER, NO_OWNER, NO_OWNER]);
  const confirmed = [NO_OWNER, 'ada'].map((owner, seed) => ({
    ...{ stage: 'confirm' as const, seed, owner, machine: 'm', valBpb: 1 },
  }));
  expect(countedConfirmations(confirmed, 'nova', 4).map(({ owner }) => owner)).toEqual(['ada']);
  const machine = { owner: 'set-x', jobs: 1, lastSeen: NOW, outliers: [], unvouched: [] };
  const standing = { ...board.tracks.cpu!, machines: { 'set-x': machine } };
  const placement = {
    ...{ author: 'nova', rules: config.tracks.cpu!, standing, incumbent: [], facts: [], pending: [] },
    ...{ now: NOW, machineRules: config, track: 'cpu', lent: [], taken: [] },
  };
  expect(knownOwners(placement)).toEqual([]);
  const wanted = { stage: 'confirm', runs: 4, placement: { notOwners: [], perOwner: 2 } } as never;
  expect(placeRuns(placement, wanted, 4, [])).toMatchObject({
    kind: 'wait',
    reason: expect.stringContaining('`set-x`'),
  });
});
