/**
 * Does something soon after it was asked for, and not too often: a dozen times may follow each other closely, as on a small repository's
 * day; beyond that there is one every so long.
 */
export class Soon {
  readonly #every: number;
  readonly #quiet: number;
  readonly #make: () => Promise<void>;
  /** Until when the allowance of one every so many minutes is used up. */
  #used = 0;
  #timer: NodeJS.Timeout | null = null;
  #making: Promise<void> | null = null;

  /**
   * @param every milliseconds between two times, in the long run; 0 for never when it is asked for
   * @param quiet what is asked for so soon after is done together, milliseconds
   * @param make never rejects
   */
  constructor(every: number, quiet: number, make: () => Promise<void>) {
    this.#every = every;
    this.#quiet = quiet;
    this.#make = make;
  }

  /** Something has changed, or is about to. */
  ask(): void {
    if (!(this.#every > 0) || this.#timer) return;
    const wait = this.#used - Date.now() - CLOSELY * this.#every;
    this.#timer = setTimeout(
      () => {
        this.#used = Math.max(this.#used, Date.now()) + this.#every;
        void this.now();
      },
      Math.max(this.#quiet, wait),
    );
    this.#timer.unref(); // the next start makes up for it
  }

  /** At once, also for what was asked before. It is never done twice at a time. */
  async now(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const made = (this.#making ?? Promise.resolve()).then(this.#make);
    this.#making = made;
    await made;
    if (this.#making === made) this.#making = null;
  }

  /** Resolves when it is not being done. */
  async idle(): Promise<void> {
    await this.#making;
  }
}

const CLOSELY = 11;
