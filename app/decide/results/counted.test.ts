import fc from 'fast-check';
import { expect, it } from 'vitest';
import { balanceOf } from '../../../core/credits/holds.ts';
import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import { ledgerText, parseLedger } from '../../../core/formats/ledger.ts';
import type { Audit } from '../../../core/formats/result.ts';
import { COUNTED_KEPT, type RunResult } from '../../../core/formats/run.ts';
import { board } from '../../../testing/examples/leaderboard.ts';
import { NOW, sha } from '../../../testing/examples/names.ts';
import { resultOf } from '../../../testing/examples/result.ts';
import { run } from '../../../testing/examples/run.ts';
import { snapshot } from '../../../testing/snapshot/snapshot.ts';
import { freshRuns } from '../rules/counted.ts';
import { withAudited } from './audited.ts';
import { written } from './commit.ts';

/** A run of main's own file is counted once: each verdict of a pull request brings all that its commits carry. */

const PAID = 57_600;
const ours = (runId: number, change: Partial<RunResult> = {}) =>
  run(2 + runId / 1000, { stage: 'baseline', runId, owner: 'eve', machine: 'eve.box', ...change });

/** Commits of main, one a verdict, each read again as main has it. */
function main() {
  const world = snapshot();
  let ledger: string | null = null;
  const has = {
    board: structuredClone<Leaderboard>(board),
    /** A verdict of a new file that changes nothing but what it carries. */
    verdict(pull: number, incumbentRuns: RunResult[]) {
      const result = resultOf({ pull, runs: [] });
      const now = { ...world, main: { ...world.main, ledger: ledger === null ? null : parseLedger(ledger) } };
      const next = written(now, has.board, [{ kind: 'result', result, incumbentRuns }]);
      has.board = next.board;
      ledger = next.commit.files.find(({ path }) => path === 'results/ledger.json')?.content ?? ledger;
    },
    earned(account = '@eve') {
      const parsed = parseLedger(ledger ?? '');
      if (!parsed.ok) throw new Error(parsed.problems.join());
      expect(ledgerText(parsed.value)).toBe(ledger);
      return balanceOf(parsed.value, account);
    },
    get cpu() {
      return has.board.tracks.cpu!;
    },
  };
  return has;
}

it('pushes to one pull request count its run, and how that ended before, no second time', () => {
  const lent = { machine: 'eve.0', ownerId: 9, at: NOW } as const;
  const carried = ours(500, {
    ...{ ownerId: 9, machine: 'eve.0', failedOn: ['ada.desk'] },
    ends: [{ ...lent, how: 'preempted' }] as NonNullable<RunResult['ends']>,
  });
  const one = main();
  one.board.tracks.cpu!.machines['ada.desk'] ??= {
    ...{ owner: 'ada', jobs: 0, lastSeen: NOW, outliers: [], unvouched: [] },
  };
  one.verdict(41, [carried]);
  const { machines } = one.cpu;
  expect(machines['eve.0']?.lately).toBe('pf');
  for (let push = 0; push < 3; push++) one.verdict(41, [carried]);
  expect(one.cpu.machines).toEqual(machines);
  expect(one.earned('#9')).toBe(PAID);
});

it('a run that has left the sixteen kept is not paid or compared with again', () => {
  const one = main();
  one.verdict(41, [ours(500)]);
  for (let i = 1; i <= 20; i++) one.verdict(41 + i, [ours(500 + i)]);
  const { runs, incumbent } = one.cpu;
  expect(runs.map(({ runId }) => runId)).not.toContain(500);
  one.verdict(41, [ours(500)]);
  expect(one.cpu).toMatchObject({ runs, incumbent });
  expect(one.earned()).toBe(21 * PAID);
});

it('the run of a machine that was found to be an outlier does not come back by a push', () => {
  const one = main();
  one.verdict(41, [ours(500), ours(501, { owner: 'bob', machine: 'bob.lab' })]);
  const settled: Audit[] = [{ of: 1, why: 'share', runs: [], outcome: 'outlier', outlier: 'eve.box' }];
  one.board = withAudited(one.board, resultOf({ pull: 7, blob: sha('7') }), settled, NOW);
  const { runs } = one.cpu;
  expect(runs.map(({ runId }) => runId)).not.toContain(500);
  one.verdict(41, [ours(500), ours(501, { owner: 'bob', machine: 'bob.lab' })]);
  expect(one.cpu.runs).toEqual(runs);
});

it('verdicts in any order, and again, pay each run once', () => {
  const commits = fc.array(
    fc.record({ pull: fc.integer({ min: 1, max: 9 }), ids: fc.array(fc.integer({ min: 500, max: 540 })) }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(commits, (verdicts) => {
      const one = main();
      for (const { pull, ids } of verdicts)
        one.verdict(
          pull,
          ids.map((id) => ours(id)),
        );
      const different = new Set(verdicts.flatMap(({ ids }) => ids)).size;
      if (different > 0) expect(one.earned()).toBe(different * PAID);
      const before = one.cpu;
      for (const { pull, ids } of verdicts)
        one.verdict(
          pull,
          ids.map((id) => ours(id)),
        );
      expect(one.cpu).toEqual({ ...before, counts: one.cpu.counts });
    }),
    { numRuns: 60 },
  );
});

it('so many ids are kept, and what is older than all of them is counted already', () => {
  const one = main();
  for (let i = 0; i <= COUNTED_KEPT; i++) one.verdict(41, [ours(500 + i)]);
  expect(one.cpu.counted).toHaveLength(COUNTED_KEPT);
  expect(freshRuns(one.cpu, [ours(500), ours(501), ours(500 + COUNTED_KEPT + 1)])).toMatchObject([
    { runId: 500 + COUNTED_KEPT + 1 },
  ]);
});

it('a leaderboard of before this goes by the runs that it has', () => {
  const old = { ...board.tracks.cpu!, runs: Array.from({ length: 16 }, (_, i) => ours(510 + i)) };
  expect(freshRuns(old, [ours(500), ours(512), ours(530)])).toMatchObject([{ runId: 530 }]);
  expect(freshRuns({ ...old, runs: old.runs.slice(1) }, [ours(500)])).toHaveLength(1);
});
