import { UnscoredError } from '../outcome.ts';

/** Bits per byte on the text that is scored, and on the text that decides nothing. */
export interface TwoLosses {
  valBpb: number;
  heldoutBpb: number;
}

/** A gain on validation text must show on held-out text by at least this share. */
const SHARE = 0.5;
/**
 * Share of the incumbent's loss by which the two texts may part by chance. Six seeds of one file, 12 s on a CPU: the
 * difference between the two losses has a standard deviation of 0.019 at 2.2 bits per byte.
 */
const CHANCE = 0.05;

/**
 * Refuses a file that knows much validation text by heart: the data sets are public, and 64 KiB of source hold some.
 * Whatever a model truly learns helps on both texts, and a lucky seed moves both; a table helps on one alone. A table worth
 * less than CHANCE is not seen here: on 20 million tokens 64 KiB are worth at most 0.0075 bits per byte.
 */
export function refuseMemorised(candidate: TwoLosses, incumbent: TwoLosses): void {
  const gain = incumbent.valBpb - candidate.valBpb;
  const heldoutGain = incumbent.heldoutBpb - candidate.heldoutBpb;
  if (!(gain > Math.max(0, heldoutGain) / SHARE + CHANCE * incumbent.valBpb)) return;
  throw new UnscoredError('invalid', { code: 'memorised', gain, heldoutGain });
}
