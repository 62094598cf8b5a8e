import { expect, it } from 'vitest';
import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { board } from '../../../testing/examples/leaderboard.ts';
import { run } from '../../../testing/examples/run.ts';
import { facts, head, overall, runState } from '../../../testing/snapshot/head.ts';
import { snapshot } from '../../../testing/snapshot/snapshot.ts';
import { experimentsOf } from '../state/experiments.ts';
import { holdsRecord, sigmaOf, withFirstIncumbent, withIncumbent, withResult } from './leaderboard.ts';
import { resultOf } from './result.ts';

const measured = [2.6, 2.5, 7.9, 7.96, 8].map((loss, i) =>
  run(loss, {
    stage: i === 0 ? 'explore' : 'confirm',
    seed: i,
    runId: i + 10,
    owner: i % 2 ? 'ada' : 'bob',
    machine: i % 2 ? 'ada.desk' : 'bob.lab',
  }),
);

function result(verdict: 'improved' | 'regressed'): ExperimentResult {
  const runs = measured.map((one, i) =>
    runState(
      { kind: 'report', facts: facts(one.valBpb, { run: one }) },
      { stage: one.stage, ordinal: i + 1 },
    ),
  );
  const world = snapshot({ heads: [head({ overall: overall('measuring'), runs })] });
  return resultOf(world, experimentsOf(world.pull.heads)[0]!, {
    kind: 'verdict',
    verdict,
    reason: { code: 'worse', text: 'worse' },
    valBpb: 2,
    incumbent: 2,
    evidence: null,
  });
}
const cpu = (after: Leaderboard) => after.tracks.cpu!;
const twice = {
  ...board,
  tracks: {
    cpu: { ...board.tracks.cpu!, runs: [run(2, { runId: 1, seed: 91 }), run(2.1, { runId: 2, seed: 92 })] },
  },
};

it('a file whose seed decides teaches the track nothing about how much one run spreads', () => {
  expect(cpu(withResult(twice, result('regressed'))).others).toEqual([]);
});

it('what held the record goes on teaching it, and the confirming runs alone are what comes next', () => {
  const won = result('improved');
  const after = cpu(withIncumbent(withResult(twice, won), won));
  expect(after.others.map((file) => file.map((one) => one.valBpb))).toEqual([[2, 2.1]]);
  expect(after.runs.map((one) => one.valBpb)).toEqual([2.5, 7.9, 7.96, 8]);
  expect(after.sinceIncumbent).toBe(0);
  // How far each lies from their mean of 6.59, as wide as single runs are.
  expect(after.distribution?.residuals.map((one) => one.toFixed(2))).toEqual([
    '-4.72',
    '1.51',
    '1.58',
    '1.63',
  ]);
});

it('runs of the incumbent that came with a pull request are added once, sixteen kept, and move its loss', () => {
  const fresh = [run(2.3, { stage: 'baseline', runId: 50 }), run(2.2, { stage: 'baseline', runId: 2 })];
  const after = cpu(withResult(twice, result('regressed'), fresh));
  expect(after.runs.map((one) => one.valBpb)).toEqual([2, 2.1, 2.3]);
  expect(after.incumbent.valBpb).toBeCloseTo(2.1333, 3);
  const many = Array.from({ length: 20 }, (_, i) => run(2, { runId: 100 + i }));
  expect(cpu(withResult(twice, result('regressed'), many)).runs).toHaveLength(16);
});

it('machines are counted by what they finished', () => {
  const { machines, sinceIncumbent } = cpu(withResult(twice, result('regressed')));
  expect(machines['bob.lab']).toMatchObject({ owner: 'bob', jobs: 3, outliers: [] });
  expect(machines['ada.desk']).toMatchObject({ owner: 'ada', jobs: 2 });
  expect(sinceIncumbent).toBe(5);
});

it('a result that is reconsidered is counted once, and its runs are credited once', () => {
  const first = result('improved');
  const before = { ...first, runs: first.runs.slice(0, 3) };
  const counted = withResult(twice, before);
  const again = withResult(counted, { ...first, verdict: 'regressed' }, [], before);
  expect(cpu(again)).toMatchObject({ counts: { improved: 0, regressed: 1 }, sinceIncumbent: 5 });
});

it('no run without a loss, and none that is discounted, is what the next file is compared with', () => {
  const won = result('improved');
  const runs = [run(1.5, { stage: 'explore' }), run(null), run(9, { discounted: 'an outlier' })];
  expect(cpu(withIncumbent(twice, { ...won, runs })).runs.map((one) => one.valBpb)).toEqual([1.5]);
  expect(() => withIncumbent(twice, { ...won, valBpb: null })).toThrow('cannot hold the record');
  expect(() => withResult(twice, { ...won, track: 'gone' })).toThrow('has no incumbent');
  expect([holdsRecord(twice, 'gone', won.blob), holdsRecord(twice, 'cpu', won.blob)]).toEqual([false, false]);
});

it('a holder with one run teaches nothing of spread, and the last sixteen teach it', () => {
  const won = result('improved');
  const files = Array.from({ length: 16 }, (_, i) =>
    [run(i), run(i + 1)].map((one) => ({ ...one, valBpb: i })),
  );
  const taught = (runs: ReturnType<typeof run>[]) => {
    const standing = { ...board.tracks.cpu!, runs, others: files };
    return cpu(withIncumbent({ ...board, tracks: { cpu: standing } }, won)).others;
  };
  expect(taught([run(2)])).toEqual(files);
  expect(taught([run(2), run(3)])).toHaveLength(16);
});

it('sigma is pooled over repeated runs, of the incumbent and of files before it; unknown while none differ', () => {
  const standing = board.tracks.cpu!;
  const others = [[run(1), run(2)].map((one) => ({ ...one, valBpb: one.valBpb! }))];
  expect(sigmaOf(standing, [run(2)])).toBeNull();
  expect(sigmaOf(standing, [run(2), run(2)])).toBeNull();
  expect(sigmaOf(standing, [run(2), run(null), run(3)])).toBeCloseTo(Math.SQRT1_2, 12);
  expect(sigmaOf({ ...standing, others }, [run(2)])).toBeCloseTo(Math.SQRT1_2, 12);
});

it('the first incumbent begins with nothing but its runs', () => {
  const first = { primary: 'cpu', track: 'h100', blob: 'a'.repeat(40), runs: [run(2), run(3)] };
  const began = withFirstIncumbent(board, { ...first, at: '2026-11-23T12:00:00Z', notice: null }).tracks
    .h100!;
  expect(began).toMatchObject({ others: [], audits: [], reconsider: [], counts: {}, sinceIncumbent: 0 });
  expect(began.incumbent).toMatchObject({ pull: null, valBpb: 2.5 });
  expect(began.history).toEqual([began.incumbent]);
});
