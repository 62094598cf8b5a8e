import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { is, seen } from '../../../core/rules/audits/machines.ts';
import { withOutlier } from './audited.ts';
import { withStanding } from './leaderboard.ts';

/** Old leaderboard -> new leaderboard, for what scorings of a record's weights found. */

/** @param liars machines that two others did not bear out: counted like an audit's outlier */
export function withRescored(
  board: Leaderboard,
  result: ExperimentResult,
  liars: string[],
  at: string,
): Leaderboard {
  const runs = result.rescores.flatMap((one) => one.runs);
  const before = board.tracks[result.track]!;
  let standing = { ...before, machines: seen(before.machines, runs, null) };
  for (const machine of liars) standing = withOutlier(standing, result, machine, at, false);
  // Its verdict was reached without them already.
  const reconsider = standing.reconsider.filter((one) => !is(result)(one));
  return withStanding(board, result.track, {
    ...standing,
    reconsider: liars.length > 0 ? reconsider : standing.reconsider,
  });
}
