import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { is } from '../../../core/rules/audits/machines.ts';
import { recounted, withStanding } from './leaderboard.ts';

/** Old leaderboard -> new leaderboard, for a result whose verdict changes. */

export function withRecounted(
  board: Leaderboard,
  before: ExperimentResult,
  result: ExperimentResult,
): Leaderboard {
  const standing = board.tracks[result.track]!;
  const counts = recounted(standing.counts, before.verdict, result.verdict);
  return withStanding(board, result.track, { ...standing, counts });
}

/** It was judged without an outlier's machine, so it is no longer to be. */
export function withReconsidered(
  board: Leaderboard,
  before: ExperimentResult,
  result: ExperimentResult,
): Leaderboard {
  const counted = withRecounted(board, before, result);
  const standing = counted.tracks[result.track]!;
  const reconsider = standing.reconsider.filter((one) => !is(result)(one));
  return withStanding(counted, result.track, { ...standing, reconsider });
}
