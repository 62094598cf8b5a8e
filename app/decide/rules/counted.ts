import type { TrackStanding } from '../../../core/formats/leaderboard.ts';
import { COUNTED_KEPT, RUNS_KEPT, type RunResult } from '../../../core/formats/run.ts';

/**
 * Which runs of the incumbent were counted: a pull request brings all that its commits carry at each of its verdicts. Ids of workflow
 * runs grow. A run that is older than all ids that are kept, once so many are, was counted or comes too late.
 */

type Known = Pick<TrackStanding, 'runs' | 'counted'>;

/** Those that were not counted before, each once. */
export function freshRuns({ runs, counted }: Known, found: readonly RunResult[]): RunResult[] {
  const ids = idsOf(runs);
  const isFull = counted ? counted.length >= COUNTED_KEPT : ids.length >= RUNS_KEPT;
  const oldest = isFull ? Math.min(...(counted ?? ids)) : -1;
  const known = new Set([...ids, ...(counted ?? [])]);
  return eachOnce(found).filter(({ runId }) => runId > oldest && !known.has(runId));
}

/** With these. They outlive the runs that the leaderboard keeps, and those that an outlier's machine loses. */
export function withCounted<S extends Known>(standing: S, fresh: readonly RunResult[]): S {
  if (fresh.length === 0) return standing;
  const before = standing.counted ?? idsOf(standing.runs);
  const counted = [...before, ...idsOf(fresh)].sort((a, b) => a - b).slice(-COUNTED_KEPT);
  return { ...standing, counted };
}

/** Each workflow run once. */
export function eachOnce(runs: readonly RunResult[]): RunResult[] {
  return [...new Map(runs.map((run) => [run.runId, run])).values()];
}

function idsOf(runs: readonly RunResult[]): number[] {
  return runs.map(({ runId }) => runId);
}
