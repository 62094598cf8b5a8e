import type { Leaderboard } from '../../results/schema.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { DuplicateOf } from './comments.ts';

/** Was this very file measured before, or is it being measured for an earlier request? */
export function duplicateOf(snapshot: Snapshot, board: Leaderboard, track: string): DuplicateOf | null {
  const { pull, queue } = snapshot;
  const blob = pull.file?.oid;
  const known = snapshot.records.find((one) => one.blob === blob && one.record.track === track);
  if (known) return { pull: known.record.pull, record: known.record, open: false };
  const holder = board.tracks[track]?.history.find((one) => one.blob === blob);
  if (holder) return { pull: holder.pull, record: null, open: false };
  const earlier = queue.find(
    (entry) =>
      entry.pull < pull.number &&
      entry.blob === blob &&
      entry.overall?.blob === blob &&
      entry.overall?.track === track &&
      !entry.draft &&
      (entry.overall.state === 'queued' || entry.overall.state === 'measuring'),
  );
  return earlier ? { pull: earlier.pull, record: null, open: true } : null;
}
