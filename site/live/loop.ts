import type { Cursor } from './lines.ts';
import { listen } from './stream.ts';
import { look, type News, Refused, WAYS, type Way, type Where } from './ways.ts';

/** Listens to the bot, or looks again and again by the best other way that goes; never while the page is hidden or paused. */

/** A way that was refused waits so long before it is tried again, twice as long each time, at most half an hour. */
const [FIRST, LONGEST] = [120, 1800];
/** The bot was heard, and the connection broke: it is asked again after so many seconds, and up to twice as many. */
const AGAIN = 5;

export interface Seen {
  way: Way | null;
  /** When something was last heard, milliseconds. */
  at: number | null;
  paused: boolean;
}

interface Ears {
  /** After each look, whatever it brought. */
  onNews: (news: News, seen: Seen) => void;
  /** How queue and machines are, as the bot says it. */
  onNow: (text: string) => void;
}

export class Loop {
  readonly #where: Where;
  readonly #ways: Way[];
  readonly #ears: Ears;
  readonly #refused = new Map<Way, { until: number; wait: number }>();
  #cursor: Cursor;
  #commit: string | null;
  #seen: Seen = { way: null, at: null, paused: false };
  #timer: ReturnType<typeof setTimeout> | null = null;
  #looking = false;
  #next = 0;
  /** Ends the connection to the bot. */
  #stop: (() => void) | null = null;

  constructor(where: Where, start: { cursor: Cursor; commit: string }, ears: Ears) {
    const { app, repository } = where;
    this.#where = where;
    this.#ways = [
      ...(app === '' ? [] : ['app' as const]),
      ...(repository === '' ? [] : ['commit' as const, 'branch' as const]),
      'snapshot',
    ];
    this.#cursor = start.cursor;
    this.#commit = start.commit;
    this.#ears = ears;
  }

  /** Goes on, at once if it is time; stops where the page cannot be seen. */
  wake() {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (document.hidden || this.#seen.paused) {
      this.#stop?.();
      this.#stop = null;
      return;
    }
    if (this.#stop || this.#looking) return;
    const way = this.#best();
    const wait = this.#next - Date.now();
    if (way === 'app') this.#listen();
    else if (wait <= 0) void this.#look(way);
    else this.#timer = setTimeout(() => this.wake(), wait);
  }

  pause(paused: boolean): Seen {
    this.#seen = { ...this.#seen, paused };
    if (!paused) this.#next = 0;
    this.wake();
    return this.#seen;
  }

  #listen() {
    const heard = (events: News['events']) => {
      this.#seen = { ...this.#seen, way: 'app', at: Date.now() };
      this.#ears.onNews({ events, cursor: this.#cursor, commit: null }, this.#seen);
    };
    this.#stop = listen(this.#where.app, this.#cursor, {
      onNews: ({ events, cursor }) => {
        this.#cursor = cursor;
        heard(events);
      },
      onNow: this.#ears.onNow,
      onBeat: () => {
        this.#refused.delete('app');
        heard([]);
      },
      onEnd: (held) => {
        this.#stop = null;
        if (held) this.#refuse('app', AGAIN * (1 + Math.random()), AGAIN);
        else this.#refuse('app', 0);
        if (held) this.#next = Date.now() + 2000 * AGAIN; // no other way is asked meanwhile
        this.wake();
      },
    });
  }

  async #look(way: Exclude<Way, 'app'>) {
    this.#looking = true;
    let news: News = { events: [], cursor: this.#cursor, commit: this.#commit };
    try {
      news = await look(way, this.#where, this.#cursor, this.#commit);
      this.#refused.delete(way);
      this.#seen = { ...this.#seen, way, at: Date.now() };
      this.#cursor = news.cursor;
      if (way !== 'snapshot') this.#commit = news.commit;
      // Viewers must not all ask at the same moment.
      this.#next = Date.now() + 1000 * WAYS[way].seconds * (1 + Math.random() / 10);
    } catch (error) {
      this.#refuse(way, error instanceof Refused ? (error.after ?? 0) : 0);
      // The next best way goes at once; where there is none, the first that may.
      this.#next = this.#isRefused(this.#best()) ? this.#soonest() : Date.now() + 1000;
    } finally {
      this.#looking = false;
    }
    this.#ears.onNews(news, this.#seen);
    this.wake();
  }

  /** @param after seconds that are to be waited at least */
  #refuse(
    way: Way,
    after: number,
    wait = Math.min(LONGEST, 2 * (this.#refused.get(way)?.wait ?? FIRST / 2)),
  ) {
    this.#refused.set(way, { until: Date.now() + 1000 * Math.max(after, wait), wait });
  }

  #best(): Way {
    return this.#ways.find((way) => !this.#isRefused(way)) ?? 'snapshot';
  }

  #isRefused(way: Way): boolean {
    return (this.#refused.get(way)?.until ?? 0) > Date.now();
  }

  #soonest(): number {
    return Math.min(...[...this.#refused.values()].map(({ until }) => until));
  }
}
