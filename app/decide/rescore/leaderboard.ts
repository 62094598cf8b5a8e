import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import type { ExperimentRecord } from '../../../core/formats/result.ts';
import { is, seen } from '../../../core/rules/audits/machines.ts';
import { withOutlier } from '../audits/leaderboard.ts';
import { credited, withStanding } from '../results/leaderboard.ts';

/** Old leaderboard -> new leaderboard, for what scorings of a record's weights found. */

/** @param liars machines that two others did not bear out: counted like an audit's outlier */
export function withRescored(
  board: Leaderboard,
  record: ExperimentRecord,
  liars: string[],
  at: string,
): Leaderboard {
  const runs = record.rescores.flatMap((one) => one.runs);
  const before = board.tracks[record.track]!;
  let standing = { ...before, machines: seen(before.machines, runs, null) };
  for (const machine of liars) standing = withOutlier(standing, record, machine, at, false);
  // Its verdict was reached without them already.
  const reconsider = standing.reconsider.filter((one) => !is(record)(one));
  return withStanding({ ...board, owners: credited(board.owners, runs) }, record.track, {
    ...standing,
    reconsider: liars.length > 0 ? reconsider : standing.reconsider,
  });
}
