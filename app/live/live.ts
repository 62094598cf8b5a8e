import { Channel, type ChannelSource } from './channel.ts';

/** All repositories that pages may listen to, and how many pages may. */

/** Pages at the same time. Each costs some kilobytes; who comes when all places are taken reads from GitHub. */
const PLACES = 1000;
/** Pages that come: so many at once, and so many in a second in the long run. */
const [BURST, PER_SECOND] = [200, 20];
/** Often enough for proxies, which end what is silent for half a minute. */
const BEAT_MS = 25_000;

export class Live {
  readonly #channels = new Map<string, Channel>();
  readonly #places: number;
  #taken = 0;
  #tokens = BURST;
  #refilled: number;
  #beat = 0;

  constructor(places = PLACES, now = Date.now()) {
    this.#places = places;
    this.#refilled = now;
  }

  /** @param repository full name; what was known of it before is forgotten */
  open(repository: string, source: ChannelSource): void {
    this.#channels.get(repository.toLowerCase())?.end();
    this.#channels.set(repository.toLowerCase(), new Channel(source));
  }

  at(repository: string): Channel | null {
    return this.#channels.get(repository.toLowerCase()) ?? null;
  }

  /** A place for a page; null where there is none now. Whoever has one calls it when the page is gone. */
  place(now = Date.now()): (() => void) | null {
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#refilled) / 1000) * PER_SECOND);
    this.#refilled = now;
    if (this.#taken >= this.#places || this.#tokens < 1) return null;
    this.#tokens -= 1;
    this.#taken += 1;
    let isLeft = false;
    return () => {
      if (!isLeft) this.#taken -= 1;
      isLeft = true;
    };
  }

  /** Every few seconds, without a request. */
  tick(now = new Date()): void {
    for (const channel of this.#channels.values()) channel.tick(now);
    if (now.getTime() - this.#beat < BEAT_MS) return;
    this.#beat = now.getTime();
    for (const channel of this.#channels.values()) channel.beat();
  }

  end(): void {
    for (const channel of this.#channels.values()) channel.end();
  }
}
