import { own } from '../../../../core/names.ts';
import type { QueueEntry, World } from '../../../model/snapshot.ts';
import type { Settings } from '../../state/settings.ts';

/** The numbers of a track's starts while credits were bid, and what a pull request bids now. */

/** Credits that count for its place; none once it has begun. */
export function bidOf({ overall }: Pick<QueueEntry, 'overall'>): number {
  if (overall?.state !== 'queued' && overall?.state !== 'later') return 0;
  return (overall.holds ?? []).reduce((sum, { milli }) => sum + milli, 0) / 1000;
}

/**
 * The latest number: what open pull requests and those closed lately know, and what the leaderboard kept of them when a result was
 * written. -1 before the first, so that the first start goes by bids: the one before it went without.
 */
export function latestStart(
  { queue, closed = [] }: Pick<World, 'queue' | 'closed'>,
  { board }: Pick<Settings, 'board'>,
  track: string,
): number {
  const known = [...queue, ...closed].flatMap(({ overall }) =>
    overall?.track === track ? (overall.start ?? []) : [],
  );
  return Math.max(-1, own(board.tracks, track)?.starts ?? -1, ...known);
}

export function nextStart(...given: Parameters<typeof latestStart>): number {
  return latestStart(...given) + 1;
}
