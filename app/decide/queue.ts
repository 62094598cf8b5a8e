import type { Config } from '../model/config.ts';
import type { QueueEntry } from '../model/snapshot.ts';

/** Whose turn it is. Nothing is dispatched that no machine can take soon: this queue is long, GitHub's stays short. */

export interface Turn {
  go: boolean;
  /** Requests of the track that come before this one. */
  before: number;
  /** The author's own earlier requests use up the limit. */
  held: boolean;
}

/** Oldest first; requests that wait for one more run come before those that wait for their first. */
function inOrder(a: QueueEntry, b: QueueEntry): number {
  const begun = (entry: QueueEntry) => Number(entry.overall?.state === 'measuring');
  return begun(b) - begun(a) || a.createdAt.localeCompare(b.createdAt) || a.pull - b.pull;
}

function isActive(entry: QueueEntry): boolean {
  return !entry.draft && (entry.overall?.state === 'queued' || entry.overall?.state === 'measuring');
}

/** Requests beyond their author's share wait for the author's earlier ones. */
function withinShare(queue: QueueEntry[], perAuthor: number): QueueEntry[] {
  const count = new Map<string, number>();
  return queue
    .filter(isActive)
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt) || a.pull - b.pull)
    .filter((entry) => {
      const mine = (count.get(entry.author) ?? 0) + 1;
      count.set(entry.author, mine);
      return mine <= perAuthor;
    });
}

function freePlaces(queue: QueueEntry[], config: Config, track: string): number {
  const capacity = config.tracks[track]?.capacity ?? 0;
  return capacity - queue.flatMap((entry) => entry.running).filter((run) => run.track === track).length;
}

function waiting(queue: QueueEntry[], config: Config, track: string): QueueEntry[] {
  return withinShare(queue, config.limits['open-per-author'])
    .filter((entry) => entry.overall?.track === track && entry.running.length === 0)
    .sort(inOrder);
}

/** `self` as it would stand in the queue now, whatever the queue says of it. */
export function turnOf(self: QueueEntry, queue: QueueEntry[], config: Config, track: string): Turn {
  const all = [...queue.filter((entry) => entry.pull !== self.pull), self];
  const order = waiting(all, config, track);
  const place = order.findIndex((entry) => entry.pull === self.pull);
  if (place < 0) return { go: false, before: order.length, held: true };
  return { go: place < freePlaces(all, config, track), before: place, held: false };
}

/** Who may go now that `done` no longer needs a machine. */
export function nextInLine(
  done: number | null,
  queue: QueueEntry[],
  config: Config,
  track: string,
): number[] {
  const rest = queue.filter((entry) => entry.pull !== done);
  const free = Math.max(0, freePlaces(rest, config, track));
  return waiting(rest, config, track)
    .slice(0, free)
    .map((entry) => entry.pull);
}
