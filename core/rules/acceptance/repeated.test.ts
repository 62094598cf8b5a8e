import { describe, expect, it } from 'vitest';
import { run } from '../../../testing/examples/run.ts';
import { repeatedReports } from './repeated.ts';
import { reportedRuns, scoredRuns } from './rule.ts';

/** Runs of one loss, named by owner and seed. */
const equal = (...names: string[]) =>
  names.map((name) => ({ owner: name[0]!, seed: Number(name[1]), valBpb: 0.98 }));
const pinned = (owners: number, ...names: string[]) =>
  repeatedReports(equal(...names), { owners, onlyOwner: false }).pinned;

describe('one loss under several seeds shows a file that ignores its seed, whoever lies', () => {
  it('where two owners measure: if it is left without the one who came later', () => {
    expect(pinned(2, 'a1', 'a2', 'b3')).toBe(true);
    expect(pinned(2, 'a1', 'b2')).toBe(false);
  });

  it('where more do: if it is left without any two who came later', () => {
    expect(pinned(3, 'a1', 'a2', 'b3')).toBe(false);
    expect(pinned(4, 'a1', 'b2', 'c3', 'd4')).toBe(true);
    expect(pinned(4, 'a1', 'b2', 'c2', 'd1')).toBe(false); // b and c may have agreed on it
  });
});

it('one held-out loss is a report that repeats another, never a file: its rows are drawn again for each run', () => {
  const runs = ['a', 'b', 'c', 'd'].map((owner, seed) => ({
    ...{ owner, seed, valBpb: 0.98 + seed / 1000, heldoutBpb: 0.99 },
  }));
  const { pinned, suspects } = repeatedReports(runs, { owners: 4, onlyOwner: false });
  expect(pinned).toBe(false);
  expect(suspects).toEqual(runs.slice(1));
});

it('the rule sees scored runs alone, with all by which a repeated report is known', () => {
  expect(
    scoredRuns([run(1), run(null), run(2, { outcome: 'invalid' }), run(null, { outcome: 'scored' })]),
  ).toEqual([
    { stage: 'explore', seed: 7, owner: 'ada', machine: 'ada.desk', device: 'a processor', valBpb: 1 },
  ]);
  const marks = { heldoutBpb: 1.1, weights: 'a'.repeat(64), at: '2026-01-01T00:00:00Z' };
  const probes = { count: 10, guided: true, penaltyBpb: 0 };
  expect(reportedRuns([run(1, { ...marks, probes })])).toMatchObject([{ valBpb: 1, ...marks, guided: true }]);
});
