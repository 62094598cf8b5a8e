import { expect, it } from 'vitest';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { board } from '../../../testing/examples/leaderboard.ts';
import { resultOf } from '../../../testing/examples/result.ts';
import { run } from '../../../testing/examples/run.ts';
import { snapshot } from '../../../testing/snapshot/snapshot.ts';
import { type Change, written } from './commit.ts';

const result: ExperimentResult = { ...resultOf(), verdict: 'improved', valBpb: 2 };
const world = snapshot();
const paths = (...changes: [Change, ...Change[]]) =>
  written(world, board, changes).commit.files.map(({ path }) => path);

it('a gain is one commit: its result once, the leaderboard once, and it holds the record', () => {
  const both: [Change, ...Change[]] = [
    { kind: 'result', result },
    { kind: 'incumbent', result },
  ];
  const files = paths(...both);
  expect(new Set(files).size).toBe(files.length);
  expect(files.filter((path) => path.includes('/experiments/'))).toHaveLength(1);
  const after = written(world, board, both).board.tracks[result.track]!;
  expect(after.incumbent.blob).toBe(result.blob);
  expect(after.counts.improved).toBe((board.tracks[result.track]!.counts.improved ?? 0) + 1);
});

it('an insight writes the result alone', () => {
  const insight = { untrusted: true as const, author: 'nova', at: world.now, text: 'It helped.' };
  const files = paths({ kind: 'insights', result: { ...result, insights: [insight] }, added: [insight] });
  expect(files.some((path) => path.includes('leaderboard') || path.endsWith('README.md'))).toBe(false);
  expect(files.length).toBeGreaterThan(0);
});

it('a verdict that falls is counted once, as what it is now', () => {
  const before = { ...result, verdict: 'regressed' as const };
  const counted = written(world, board, [{ kind: 'result', result: before }]).board;
  const fallen = { ...before, verdict: 'invalid' as const };
  for (const change of [
    { kind: 'audited', result: fallen, before, settled: [] },
    { kind: 'reconsidered', result: fallen, before, machines: ['eve.box'] },
  ] satisfies Change[]) {
    const { counts } = written(world, counted, [change]).board.tracks[result.track]!;
    expect([counts.regressed ?? 0, counts.invalid ?? 0]).toEqual([0, 1]);
  }
});

it('a reconsidered result is no longer to be reconsidered', () => {
  const cpu = board.tracks[result.track]!;
  const doubted = { pull: result.pull, blob: result.blob, machine: 'eve.box' };
  const other = { ...doubted, pull: 7 };
  const now = { ...board, tracks: { [result.track]: { ...cpu, reconsider: [doubted, other] } } };
  const change: Change = { kind: 'reconsidered', result, before: result, machines: ['eve.box'] };
  expect(written(world, now, [change]).board.tracks[result.track]!.reconsider).toEqual([other]);
});

it('the first incumbent of a track is all that is known of it', () => {
  const runs = [run(2, { runId: 1 }), run(2.2, { runId: 2 })];
  const first = { primary: 'cpu', track: 'gpu', blob: result.blob, runs, at: world.now, notice: null };
  const { board: after, commit } = written(world, board, [{ kind: 'first-incumbent', first }]);
  expect(after.tracks.gpu?.incumbent.valBpb).toBeCloseTo(2.1);
  expect(after.tracks.cpu).toEqual(board.tracks.cpu);
  expect(commit.files.map(({ path }) => path)).toEqual([
    ...['results/leaderboard.json', 'results/README.md', 'results/ledger.json'],
    ...['results/baselines/2026-11/gpu-1.json', 'results/tokens/gpu/0.json', 'results/events/0.jsonl'],
  ]);
});
