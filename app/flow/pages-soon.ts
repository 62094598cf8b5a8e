/**
 * Has the pages made again soon after results changed, so that people need not wait for the next sweep, and at sweeps. Each time
 * costs a commit and a look through the bot's clone: a dozen may follow each other closely, as on a small repository's day; beyond
 * that there is one every so many minutes, and one a sweep.
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
    this.#timer = setTimeout(
      () => {
        this.#used = Math.max(this.#used, Date.now()) + this.#every;
        void this.now();
      },
      Math.max(QUIET_MS, wait),
    );
    this.#timer.unref(); // the first sweep of the next start makes up for it
  }

  /** Makes them for all results so far, also for those that were asked about. Two are never made at a time. */
  async now(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const made = (this.#making ?? Promise.resolve()).then(this.#make);
    this.#making = made;
    await made;
    if (this.#making === made) this.#making = null;
  }

  /** Resolves when no pages are being made. */
  async idle(): Promise<void> {
    await this.#making;
  }
}

/** Verdicts often come together. */
const QUIET_MS = 2000;
const CLOSELY = 11;
