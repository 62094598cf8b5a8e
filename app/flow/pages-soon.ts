/**
 * Has the pages made again soon after results changed, so that people need not wait for the next sweep. Each time costs a commit and
 * a look through the bot's clone: a dozen may follow each other closely, as on a small repository's day; beyond that there is one
 * every so many minutes.
 */
export class PagesSoon {
  readonly #every: number;
  readonly #make: () => Promise<void>;
  /** Until when the allowance of one every so many minutes is used up. */
  #used = 0;
  #timer: NodeJS.Timeout | null = null;
  #making: Promise<void> | null = null;

  /** @param minutes between two times, in the long run; 0 for never; @param make never rejects */
  constructor(minutes: number, make: () => Promise<void>) {
    this.#every = minutes * 60_000;
    this.#make = make;
  }

  /** Results change, or are about to. */
  ask(): void {
    if (!(this.#every > 0) || this.#timer) return;
    const wait = this.#used - Date.now() - CLOSELY * this.#every;
    this.#timer = setTimeout(() => this.#now(), Math.max(QUIET_MS, wait));
    this.#timer.unref(); // the first sweep of the next start makes up for it
  }

  /** Resolves when no pages are being made. */
  async idle(): Promise<void> {
    await this.#making;
  }

  #now(): void {
    this.#timer = null;
    this.#used = Math.max(this.#used, Date.now()) + this.#every;
    const before = this.#making;
    const made = (before ?? Promise.resolve()).then(this.#make).then(() => {
      if (this.#making === made) this.#making = null;
    });
    this.#making = made;
  }
}

/** Verdicts often come together. */
const QUIET_MS = 2000;
const CLOSELY = 11;
