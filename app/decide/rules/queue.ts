import { own } from '../../../core/names.ts';
import { RULE } from '../../../core/rules/acceptance/rule.ts';
import type { LentMachine } from '../../model/lent.ts';
import type { QueueEntry, World } from '../../model/snapshot.ts';
import type { Settings } from '../state/settings.ts';
import { knownOn, placesTaken } from './lent/capacity.ts';
import { ownMachines } from './lent/own-first.ts';
import { inTurns } from './spending/priority.ts';
import { bidOf, nextStart } from './spending/starts.ts';

/** Whose turn it is. Nothing is dispatched that no machine can take soon: this queue is long, GitHub's stays short. */

/** What the order of a track depends on. */
export type Line = Pick<World, 'queue' | 'closed' | 'lent' | 'now'>;

export interface Turn {
  /** How many runs it may order now. */
  places: number;
  /** Pull requests of the track that come before this one. */
  before: number;
  /** The author's own earlier pull requests use up the limit. */
  held: boolean;
  /** Where credits are bid and it waits for its first run: the number of its start, and the places it would have without bids. */
  bids?: { start: number; unpaid: number };
}

const ORDER: readonly string[] = ['measuring', 'queued', 'later'];

function stateOf({ overall }: QueueEntry): string {
  return overall?.state ?? 'queued';
}

/** Those that wait for further runs, those that wait for their first, those like what was tried; each oldest first. */
function inOrder(a: QueueEntry, b: QueueEntry): number {
  const place = (entry: QueueEntry) => ORDER.indexOf(stateOf(entry));
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

function freePlaces(queue: QueueEntry[], { config }: Pick<Settings, 'config'>, track: string): number {
  return (own(config.tracks, track)?.capacity ?? 0) - placesTaken(queue, track);
}

/** Pull requests without a run under way, with one that is to be ordered again, or in a confirming round that is not fully dispatched. */
function wantsMore({ running, waiting = 0, confirming }: QueueEntry): boolean {
  return running.length === 0 || waiting > 0 || confirming % RULE.confirmRuns > 0;
}

/** In the order without bids. */
function inLine(
  queue: QueueEntry[],
  { config }: Pick<Settings, 'config'>,
  track: string,
  self?: number,
): QueueEntry[] {
  return withinShare(queue, config.limits['open-per-author'])
    .filter((entry) => entry.overall?.track === track && (entry.pull === self || wantsMore(entry)))
    .sort(inOrder);
}

interface Ordered {
  line: QueueEntry[];
  /** The same without bids. */
  unpaid: QueueEntry[];
  /** Number of the next start where credits are bid; null where none are. */
  start: number | null;
}

/** Those whose author's own machine is free come first, then those that are being measured: bids move only what waits for its first run. */
function ordered(
  queue: QueueEntry[],
  world: Line,
  settings: Settings,
  track: string,
  self?: number,
): Ordered {
  const waiting = inLine(queue, settings, track, self);
  const mine = ownIn(waiting, world, settings, track);
  const isMine = ({ pull }: QueueEntry) => mine.has(pull);
  const first = waiting.filter(isMine);
  const [begun, fresh, later] = ORDER.map((state) =>
    waiting.filter((entry) => stateOf(entry) === state && !isMine(entry)),
  ) as [QueueEntry[], QueueEntry[], QueueEntry[]];
  const unpaid = [...first, ...begun, ...fresh, ...later];
  const active = queue.filter(isActive);
  const asking = (entries: QueueEntry[]) =>
    entries.map((entry) => ({
      entry,
      requests: active.filter(({ author }) => author === entry.author).length,
      bid: bidOf(entry),
    }));
  const [now, then] = [asking(fresh), asking(later)];
  if (![...now, ...then].some(({ bid }) => bid > 0)) return { line: unpaid, unpaid, start: null };
  const start = nextStart(world, settings, track);
  const byTurns = [...inTurns(now, start), ...inTurns(then, start + now.length)].map(({ entry }) => entry);
  return { line: [...first, ...begun, ...byTurns], unpaid, start };
}

function ownIn(line: QueueEntry[], world: Line, settings: Settings, track: string): Map<number, LentMachine> {
  if (!own(settings.board.tracks, track) || !own(settings.config.tracks, track)) return new Map();
  const waiting = line.filter(({ overall }) => overall?.state === 'queued' || overall?.state === 'later');
  return ownMachines(knownOn(world, settings, track), waiting);
}

/** Free machines that serve a pull request of their owner's first: that of `self`, and those that are kept for others. */
export function ownMachinesFor(
  self: QueueEntry,
  world: Line,
  settings: Settings,
  track: string,
): { mine: LentMachine | undefined; kept: string[] } {
  const line = inLine(withSelf(world.queue, self), settings, track, self.pull);
  const all = ownIn(line, world, settings, track);
  const others = [...all].filter(([pull]) => pull !== self.pull);
  return { mine: all.get(self.pull), kept: others.map(([, { name }]) => name) };
}

function withSelf(queue: QueueEntry[], self: QueueEntry): QueueEntry[] {
  return [...queue.filter((entry) => entry.pull !== self.pull), self];
}

/** Who is in line, in the order in which they go. */
export function lineOf(world: Line, settings: Settings, track: string): QueueEntry[] {
  return ordered(world.queue, world, settings, track).line;
}

/** `self` as it would stand in the queue now, whatever the queue says of it. */
export function turnOf(self: QueueEntry, world: Line, settings: Settings, track: string): Turn {
  const all = withSelf(world.queue, self);
  const { line, unpaid, start } = ordered(all, world, settings, track, self.pull);
  const placeIn = (order: QueueEntry[]) => order.findIndex((entry) => entry.pull === self.pull);
  const place = placeIn(line);
  if (place < 0) return { places: 0, before: line.length, held: true };
  const free = freePlaces(all, settings, track);
  const begun = line.filter((entry) => stateOf(entry) === 'measuring').length;
  const starts = start !== null && stateOf(self) !== 'measuring';
  return {
    places: Math.max(0, free - place),
    before: place,
    held: false,
    ...(starts && {
      bids: { start: start + Math.max(0, place - begun), unpaid: Math.max(0, free - placeIn(unpaid)) },
    }),
  };
}

/** Places that no open pull request wants: audits use these. */
export function sparePlaces(queue: QueueEntry[], settings: Pick<Settings, 'config'>, track: string): number {
  return Math.max(0, freePlaces(queue, settings, track) - inLine(queue, settings, track).length);
}

/** Who may go now that `done` no longer needs a machine; with `newOwners` also those that waited for a new owner of machines. */
export function nextInLine(
  done: number | null,
  world: Line,
  settings: Settings,
  track: string,
  newOwners = false,
): number[] {
  const rest = world.queue.filter((entry) => entry.pull !== done);
  const free = Math.max(0, freePlaces(rest, settings, track));
  const held = rest.filter(
    (entry) => newOwners && entry.overall?.state === 'waiting' && entry.overall.track === track,
  );
  const { line } = ordered(rest, world, settings, track);
  return [...held, ...line.slice(0, free)].map((entry) => entry.pull);
}
