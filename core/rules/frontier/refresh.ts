import type { Estimate } from './estimate.ts';
import type { Gains } from './gains.ts';
import { outlook } from './worth.ts';

/**
 * Whether the head is worth a run of its own: everything that is begun from it is compared with it, until the next one is adopted. Right
 * after adopting is the time to ask.
 */
export function wantsRefresh(head: Estimate, sigma: number, track: Gains): boolean {
  const known = head.variance / sigma ** 2;
  const now = outlook(track, known + 1);
  const then = outlook(track, known / (known + 1) + 1);
  const candidates = 1 / Math.max(then.adopted, 1e-3);
  return (then.gain - now.gain) * candidates > then.gain;
}
