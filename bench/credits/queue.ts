import { type Line, lineOf, turnOf } from '../../app/decide/rules/queue.ts';
import type { Settings } from '../../app/decide/state/settings.ts';
import type { QueueEntry } from '../../app/model/snapshot.ts';
import { AUDITED, read } from '../../testing/examples/config.ts';
import { board } from '../../testing/examples/leaderboard.ts';
import { sha } from '../../testing/examples/names.ts';
import { queueEntry } from '../../testing/snapshot/snapshot.ts';
import { createRandom, type Random } from '../acceptance/random.ts';
import { at, TRACK } from './books.ts';

/** How long pull requests wait for their first run, where others bid for theirs: the app's own queue, minute after minute. */
export interface QueueFigures {
  who: keyof typeof WORLDS;
  /** Minutes from the pull request to its first run, of those without bids. */
  median: number;
  p95: number;
  /** Of the starts while both kinds waited, those without bids. */
  unpaidStarts: number;
  /** Median of those that bid. */
  bidders: number;
}

const WORLDS = {
  'nobody bids': { rich: 0, bid: 0 },
  'a fifth bid 900 credits each': { rich: 0.2, bid: 900 },
  'half bid 900 credits each': { rich: 0.5, bid: 900 },
} as const;

export const QUEUES = Object.keys(WORLDS) as (keyof typeof WORLDS)[];

const MACHINES = 8;
const RUN_MINUTES = 6;
/** Pull requests that come in a minute: the machines are busy 97 % of the time. */
const COME = 1.3;

interface Waiting extends QueueEntry {
  since: number;
  paid: boolean;
}

/** @param trials each of so many minutes, which begin with an empty line */
export function measureQueue(o: {
  who: keyof typeof WORLDS;
  minutes: number;
  seed: number;
  trials: number;
}): QueueFigures {
  const waits: Waits = { paid: [], unpaid: [], contested: 0, contestedUnpaid: 0 };
  // The same requests come at the same time in each world.
  for (let i = 0; i < o.trials; i++) wait(WORLDS[o.who], o.minutes, createRandom(o.seed + i), waits);
  const { paid, unpaid, contested, contestedUnpaid } = waits;
  return {
    who: o.who,
    ...{ median: quantile(unpaid, 0.5), p95: quantile(unpaid, 0.95) },
    unpaidStarts: contested === 0 ? 1 : contestedUnpaid / contested,
    bidders: quantile(paid, 0.5),
  };
}

interface Waits {
  paid: number[];
  unpaid: number[];
  /** Starts while both kinds waited, and those of them without bids. */
  contested: number;
  contestedUnpaid: number;
}

type World = (typeof WORLDS)[keyof typeof WORLDS];

function wait(world: World, minutes: number, random: Random, waits: Waits): void {
  const track = new Track();
  let pull = 0;
  for (let minute = 0; minute < minutes; minute++) {
    track.end(minute);
    for (let left = poisson(COME, random); left > 0; left--)
      track.come(++pull, minute, random.uniform() < world.rich ? world.bid : 0);
    for (;;) {
      const both = track.waiting(true) > 0 && track.waiting(false) > 0;
      const begun = track.start(minute);
      if (begun === null) break;
      if (both) waits.contested += 1;
      if (both && !begun.paid) waits.contestedUnpaid += 1;
      // While the first requests fill the line, nothing is measured.
      if (minute > minutes / 10) waits[begun.paid ? 'paid' : 'unpaid'].push(minute - begun.since);
    }
  }
}

/** One track whose runs take six minutes each. */
class Track {
  readonly #settings: Settings;
  #entries: Waiting[] = [];
  readonly #ends = new Map<number, number>();
  #latest = -1;

  constructor() {
    const config = read(AUDITED.replace('capacity: 2', `capacity: ${MACHINES}`));
    this.#settings = { config, board } as Settings;
  }

  come(pull: number, minute: number, bid: number): void {
    const holds = bid > 0 ? [{ account: `#${pull}`, milli: bid * 1000 }] : undefined;
    const overall = { blob: sha('9'), track: TRACK, state: 'queued' as const, ...(holds && { holds }) };
    const entry = queueEntry(pull, { author: `author-${pull}`, createdAt: at(minute / 1440), overall });
    this.#entries.push({ ...entry, since: minute, paid: bid > 0 });
  }

  waiting(paid: boolean): number {
    return this.#entries.filter((one) => one.running.length === 0 && one.paid === paid).length;
  }

  /** The next one in line, as the bot starts it; null where no machine is free. */
  start(minute: number): Waiting | null {
    const line: Line = { queue: this.#entries, lent: [], now: at(minute / 1440) };
    const next = lineOf(line, this.#settings, TRACK)[0] as Waiting | undefined;
    if (!next) return null;
    const turn = turnOf(next, line, this.#settings, TRACK);
    if (turn.places === 0) return null;
    this.#latest = Math.max(this.#latest, turn.bids?.start ?? -1);
    const run = { pull: next.pull, track: TRACK, stage: 'explore' as const, ordinal: 1 };
    const running = [
      { ...run, blob: sha('9'), seed: 1, nonce: String(next.pull), attempt: 1, runId: next.pull },
    ];
    const overall = {
      ...next.overall!,
      state: 'measuring' as const,
      ...(turn.bids && { start: turn.bids.start }),
    };
    this.#entries = this.#entries.map((one) => (one === next ? { ...one, running, overall } : one));
    this.#ends.set(next.pull, minute + RUN_MINUTES);
    return next;
  }

  end(minute: number): void {
    this.#entries = this.#entries.filter(({ pull }) => (this.#ends.get(pull) ?? minute + 1) > minute);
    // The commit of a verdict keeps the number of the latest start.
    const { cpu } = board.tracks;
    if (this.#latest >= 0)
      this.#settings.board = { ...board, tracks: { cpu: { ...cpu!, starts: this.#latest } } };
  }
}

function poisson(mean: number, random: Random): number {
  let count = 0;
  for (let left = Math.exp(-mean), p = random.uniform(); p > left; p *= random.uniform()) count += 1;
  return count;
}

function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(q * (sorted.length - 1))] ?? 0;
}
