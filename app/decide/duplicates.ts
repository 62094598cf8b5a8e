import type { Leaderboard } from '../../results/schema.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { DuplicateOf } from './comments.ts';

const ACTIVE = new Set(['queued', 'measuring', 'waiting']);

/** Was this file measured before, or is it being measured for an earlier request? Comments and formatting make no other file. */
export function duplicateOf(snapshot: Snapshot, board: Leaderboard, track: string): DuplicateOf | null {
  const { pull, queue } = snapshot;
  const blob = pull.file?.oid;
  const content = snapshot.contents[blob ?? ''];
  const known = snapshot.records.find((one) => one.blob === blob && one.record.track === track);
  if (known)
    return {
      pull: known.record.pull,
      record: known.record,
      open: false,
      exact: known.record.blob === blob,
    };
  const holder = board.tracks[track]?.history.find((one) => one.blob === blob);
  if (holder) return { pull: holder.pull, record: null, open: false, exact: true };
  if (
    content !== undefined &&
    content === snapshot.contents[snapshot.main.train?.oid ?? ''] &&
    track === board.primary
  )
    return { pull: board.tracks[track]?.incumbent.pull ?? null, record: null, open: false, exact: false };
  const earlier = queue.find(
    (entry) =>
      entry.pull < pull.number &&
      (entry.blob === blob || (content !== undefined && entry.overall?.content === content)) &&
      entry.overall?.blob === entry.blob &&
      entry.overall?.track === track &&
      !entry.draft &&
      ACTIVE.has(entry.overall.state),
  );
  return earlier ? { pull: earlier.pull, record: null, open: true, exact: earlier.blob === blob } : null;
}
