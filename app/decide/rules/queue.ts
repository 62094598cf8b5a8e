import type { Config } from '../../../core/formats/config.ts';
import { own } from '../../../core/names.ts';
import { RULE } from '../../../core/rules/acceptance/rule.ts';
import type { QueueEntry } from '../../model/snapshot.ts';
import type { RunKey } from '../../model/state.ts';

/** Whose turn it is. Nothing is dispatched that no machine can take soon: this queue is long, GitHub's stays short. */

export interface Turn {
  /** How many runs it may order now. */
  places: number;
  /** Pull requests of the track that come before this one. */
  before: number;
  /** The author's own earlier pull requests use up the limit. */
  held: boolean;
}

const ORDER: readonly string[] = ['measuring', 'queued', 'later'];

/** Those that wait for further runs, those that wait for their first, those like what was tried; each oldest first. */
function inOrder(a: QueueEntry, b: QueueEntry): number {
  const place = (entry: QueueEntry) => ORDER.indexOf(entry.overall?.state ?? 'queued');
  return place(a) - place(b) || a.createdAt.localeCompare(b.createdAt) || a.pull - b.pull;
}

function isActive(entry: QueueEntry): boolean {
  return !entry.draft && ORDER.includes(entry.overall?.state ?? '');
}

/** Pull requests beyond their author's share wait for the author's earlier ones. */
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
  const capacity = own(config.tracks, track)?.capacity ?? 0;
  const isOut = (run: RunKey) => run.track === track && run.stage !== 'borrow'; // what is borrowed takes no place
  return capacity - queue.flatMap((entry) => entry.running).filter(isOut).length;
}

/** Pull requests without a run under way, with one that is to be ordered again, or in a confirming round that is not fully dispatched. */
function wantsMore({ running, waiting = 0, confirming }: QueueEntry): boolean {
  return running.length === 0 || waiting > 0 || confirming % RULE.confirmRuns > 0;
}

/** Who waits for the next free machine of a track, in order. */
export function inLine(queue: QueueEntry[], config: Config, track: string, self?: number): QueueEntry[] {
  return withinShare(queue, config.limits['open-per-author'])
    .filter((entry) => entry.overall?.track === track && (entry.pull === self || wantsMore(entry)))
    .sort(inOrder);
}

/** `self` as it would stand in the queue now, whatever the queue says of it. */
export function turnOf(self: QueueEntry, queue: QueueEntry[], config: Config, track: string): Turn {
  const all = [...queue.filter((entry) => entry.pull !== self.pull), self];
  const order = inLine(all, config, track, self.pull);
  const place = order.findIndex((entry) => entry.pull === self.pull);
  if (place < 0) return { places: 0, before: order.length, held: true };
  return { places: Math.max(0, freePlaces(all, config, track) - place), before: place, held: false };
}

/** Places that no open pull request wants: audits use these. */
export function sparePlaces(queue: QueueEntry[], config: Config, track: string): number {
  return Math.max(0, freePlaces(queue, config, track) - inLine(queue, config, track).length);
}

/** Who may go now that `done` no longer needs a machine; with `newOwners` also those that waited for a new owner of machines. */
export function nextInLine(
  done: number | null,
  queue: QueueEntry[],
  config: Config,
  track: string,
  newOwners = false,
): number[] {
  const rest = queue.filter((entry) => entry.pull !== done);
  const free = Math.max(0, freePlaces(rest, config, track));
  const held = rest.filter(
    (entry) => newOwners && entry.overall?.state === 'waiting' && entry.overall.track === track,
  );
  return [...held, ...inLine(rest, config, track).slice(0, free)].map((entry) => entry.pull);
}
