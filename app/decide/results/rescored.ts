import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { is, seen } from '../../../core/rules/audits/machines.ts';
import { eachOnce } from '../rules/counted.ts';
import { withOutlier } from './audited.ts';
import { withStanding } from './leaderboard.ts';

/** Old leaderboard -> new leaderboard, for what scorings of a record's weights found. */

/**
 * @param liars machines that two others did not bear out: counted like an audit's outlier
 * @param before its record so far: the scorings that it has were counted with it
 */
export function withRescored(
  board: Leaderboard,
  result: ExperimentResult,
  liars: string[],
  at: string,
  before: ExperimentResult | null = null,
): Leaderboard {
  const known = new Set(scorings(before).map(({ runId }) => runId));
  const runs = eachOnce(scorings(result)).filter(({ runId }) => !known.has(runId));
  const counted = board.tracks[result.track]!;
  let standing = { ...counted, machines: seen(counted.machines, runs, null) };
  for (const machine of liars) standing = withOutlier(standing, result, machine, at, false);
  // Its verdict was reached without them already.
  const reconsider = standing.reconsider.filter((one) => !is(result)(one));
  return withStanding(board, result.track, {
    ...standing,
    reconsider: liars.length > 0 ? reconsider : standing.reconsider,
  });
}

function scorings(record: ExperimentResult | null) {
  return record?.rescores.flatMap(({ runs }) => runs) ?? [];
}
