import type { Cursor } from './lines.ts';
import { look, type News, Refused, WAYS, type Way, type Where } from './ways.ts';

/** Looks again and again, by the best way that goes; never while the page is hidden or paused. */

/** A way that was refused waits so long before it is tried again, twice as long each time, at most half an hour. */
const [FIRST, LONGEST] = [120, 1800];

export interface Seen {
  way: Way | null;
  /** When something was last heard, milliseconds. */
  at: number | null;
  paused: boolean;
}

export class Loop {
  readonly #where: Where;
  readonly #ways: Way[];
  readonly #onNews: (news: News, seen: Seen) => void;
  readonly #refused = new Map<Way, { until: number; wait: number }>();
  #cursor: Cursor;
  #commit: string | null;
  #seen: Seen = { way: null, at: null, paused: false };
  #timer: ReturnType<typeof setTimeout> | null = null;
  #looking = false;
  #next = 0;

  /** @param onNews is called after each look, whatever it brought */
  constructor(
    where: Where,
    start: { cursor: Cursor; commit: string },
    onNews: (news: News, seen: Seen) => void,
  ) {
    this.#where = where;
    this.#ways = where.repository === '' ? ['snapshot'] : ['commit', 'branch', 'snapshot'];
    this.#cursor = start.cursor;
    this.#commit = start.commit;
    this.#onNews = onNews;
  }

  /** Goes on, at once if it is time; stops where the page cannot be seen. */
  wake() {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (document.hidden || this.#seen.paused) return;
    const wait = this.#next - Date.now();
    if (wait <= 0) void this.#look();
    else this.#timer = setTimeout(() => this.wake(), wait);
  }

  pause(paused: boolean): Seen {
    this.#seen = { ...this.#seen, paused };
    if (!paused) this.#next = 0;
    this.wake();
    return this.#seen;
  }

  async #look() {
    if (this.#looking) return;
    this.#looking = true;
    const way = this.#best();
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
      const after = error instanceof Refused ? error.after : null;
      const wait = Math.min(LONGEST, 2 * (this.#refused.get(way)?.wait ?? FIRST / 2));
      this.#refused.set(way, { until: Date.now() + 1000 * Math.max(after ?? 0, wait), wait });
      // The next best way goes at once; where there is none, the first that may.
      this.#next = this.#isRefused(this.#best()) ? this.#soonest() : Date.now() + 1000;
    } finally {
      this.#looking = false;
    }
    this.#onNews(news, this.#seen);
    this.wake();
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
