import { setTimeout } from 'node:timers/promises';
import type { Now } from './idle/policy.ts';

/** Time, as what the client does over hours asks for it. */
export interface Clock {
  now(): Now;
  /** Ends early, without an error, when the signal comes. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const realClock: Clock = {
  now: () => ({ wall: Date.now(), steady: performance.now() }),
  wait: (milliseconds, signal) =>
    setTimeout(milliseconds, undefined, { ...(signal && { signal }) }).catch((error) => {
      if (!signal?.aborted) throw error;
    }),
};
