import { DAY_MS } from '../../../core/calendar.ts';
import { historyPath, type Leaderboard, type TrackStanding } from '../../../core/formats/leaderboard.ts';
import { namedMap } from '../../../core/names.ts';
import type { FileWrite } from '../../model/effect.ts';

/**
 * The leaderboard stays far below the 512,000 bytes that GraphQL shows of a file, whatever names strangers give their machines:
 * what decides nothing any more goes. Old holders of a record move to files of their own, which are written once.
 */

/** Bytes of `results/leaderboard.json`, at most. */
export const LEADERBOARD_LIMIT = 256 * 1024;
const UNSEEN_DAYS = 30;
/** Holders that all tracks together keep beside their first ones; twice as many before the older half moves. */
const HISTORY_KEPT = 160;
const HISTORY_LEAST = 16;

/** What is written of a leaderboard: itself, and files for the holders that it no longer lists. */
export function bounded(board: Leaderboard, now: string): { board: Leaderboard; files: FileWrite[] } {
  const tracks = Object.entries(board.tracks);
  const most = Math.max(HISTORY_LEAST, Math.floor(HISTORY_KEPT / Math.max(1, tracks.length)));
  const moved = tracks.map(([track, standing]) => withoutOldHolders(track, standing, most));
  let kept = withTracks(board, (track, i) => seenLately(moved[i]?.standing ?? track, now));
  for (let room = 512; room >= 1 && sizeOf(kept) > LEADERBOARD_LIMIT; room /= 2) kept = smaller(kept, room);
  return { board: kept, files: moved.flatMap(({ files }) => files) };
}

/** The bytes of `results/leaderboard.json`. */
export function textOf(board: Leaderboard): string {
  return `${JSON.stringify(board, null, 2)}\n`;
}

function sizeOf(board: Leaderboard): number {
  return new TextEncoder().encode(textOf(board)).length;
}

function withTracks(
  board: Leaderboard,
  change: (standing: TrackStanding, i: number) => TrackStanding,
): Leaderboard {
  const tracks = Object.entries(board.tracks).map(([name, standing], i) => [name, change(standing, i)]);
  return { ...board, tracks: namedMap(Object.fromEntries(tracks)) };
}

/** The first holder stays, since progress is counted from it. */
function withoutOldHolders(
  track: string,
  standing: TrackStanding,
  most: number,
): { standing: TrackStanding; files: FileWrite[] } {
  const [first, ...rest] = standing.history;
  if (!first || rest.length <= 2 * most) return { standing, files: [] };
  const old = rest.slice(0, -most);
  const content = `${JSON.stringify(old, null, 2)}\n`;
  return {
    standing: {
      ...standing,
      history: [first, ...rest.slice(-most)],
      older: (standing.older ?? 0) + old.length,
    },
    files: [{ path: historyPath(track, old[0]!), content }],
  };
}

/** A machine that stood alone in an audit is remembered longer than it stays away. */
function seenLately(standing: TrackStanding, now: string): TrackStanding {
  const since = Date.parse(now) - UNSEEN_DAYS * DAY_MS;
  return withMachines(
    standing,
    Object.entries(standing.machines).filter(
      ([, machine]) => machine.outliers.length > 0 || Date.parse(machine.lastSeen) > since,
    ),
  );
}

function withMachines(
  standing: TrackStanding,
  machines: [string, TrackStanding['machines'][string]][],
): TrackStanding {
  return { ...standing, machines: namedMap(Object.fromEntries(machines)) };
}

/** Everything that grows with the number of strangers, cut to `room` entries: those with strikes and those seen last stay. */
function smaller(board: Leaderboard, room: number): Leaderboard {
  const some = Math.ceil(room / 8);
  const owners = Object.entries(board.owners)
    .toSorted(([, a], [, b]) => (b.milli ?? 0) - (a.milli ?? 0))
    .slice(0, 4 * room);
  const cut = withTracks(board, (standing) => {
    const machines = Object.entries(standing.machines)
      .toSorted(
        ([, a], [, b]) => b.outliers.length - a.outliers.length || b.lastSeen.localeCompare(a.lastSeen),
      )
      .slice(0, room)
      .map(([name, machine]): [string, typeof machine] => [
        name,
        { ...machine, outliers: machine.outliers.slice(-some), unvouched: machine.unvouched.slice(-some) },
      ]);
    const { others, audits, reconsider, frontier } = standing;
    return {
      ...withMachines(standing, machines),
      // What is adopted and composed stays: it is not decided yet.
      ...(frontier && {
        frontier: {
          ...frontier,
          known: frontier.known.slice(-some),
          candidates: frontier.candidates.slice(-room),
        },
      }),
      others: others.slice(-some),
      audits: audits.slice(-room),
      reconsider: reconsider.slice(-room),
    };
  });
  return { ...cut, owners: namedMap(Object.fromEntries(owners)) };
}
