import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.ts';

/** A clock that moves only when a test moves it. */
export class FakeClock implements Clock {
  #wall: number;
  #steady = 0;
  #waits: { at: number; end: () => void }[] = [];

  constructor(wall = Date.UTC(2026, 10, 27, 12)) {
    this.#wall = wall;
  }

  now() {
    return { wall: this.#wall, steady: this.#steady };
  }

  wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve());
    this.#waits.push({ at: this.#steady + milliseconds, end: resolve });
    return promise;
  }

  /** Time passes in steps, and what waits for it goes on. */
  async pass(seconds: number): Promise<void> {
    const end = this.#steady + seconds * 1000;
    for (;;) {
      await setImmediate();
      const next = this.#waits.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#waits.splice(this.#waits.indexOf(next), 1);
      this.#move(Math.max(0, next.at - this.#steady));
      next.end();
    }
    this.#move(end - this.#steady);
    await setImmediate();
  }

  /** The machine sleeps: people's clock goes on, the other one stands. */
  sleep(seconds: number): void {
    this.#wall += seconds * 1000;
  }

  #move(milliseconds: number): void {
    this.#wall += milliseconds;
    this.#steady += milliseconds;
  }
}
