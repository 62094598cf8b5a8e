import { measuredValue } from '../contract/reason.ts';
import { Unscored } from '../outcome.ts';

/** One probe may be off by this much, nats: compiled against eager code differs by up to 0.36 in 2 million (docs/security.md). */
const POINT_LIMIT = 0.5;
/**
 * The mean may be off by 5 standard errors, or by this much, nats: a systematic lie hides inside a pointwise tolerance.
 * Not by 3: where the passes round differently, one honest run in 500 exceeds that, and what the mean claims too much is
 * taken back anyway (zoo/repeats.ts, bench/probes).
 */
const MEAN_LIMIT = 0.0005;
const STANDARD_ERRORS = 5;

export interface Judgement {
  count: number;
  /** Largest |claimed - recomputed|, nats. */
  worstNats: number;
  /** Mean of claimed - recomputed, nats; positive: the claims were too good. */
  meanExcessNats: number;
}

/**
 * Holds the claims to what the model said when it could not know the answer. Refuses what lies outside the limits; what the
 * mean still claims too much, whoever scores adds to the loss.
 * @param excess claimed minus recomputed log-probability of each probe, nats
 */
export function judge(excess: Float64Array): Judgement {
  const count = excess.length;
  if (count === 0) return { count, worstNats: 0, meanExcessNats: 0 };
  let [sum, squares, worst] = [0, 0, 0];
  for (const value of excess) {
    sum += value;
    worst = Math.max(worst, Math.abs(value));
  }
  const mean = sum / count;
  for (const value of excess) squares += (value - mean) ** 2;
  const standardError = Math.sqrt(squares / Math.max(1, count - 1) / count);
  if (!(worst <= POINT_LIMIT)) {
    throw new Unscored('invalid', {
      code: 'claim-far-off',
      nats: measuredValue(worst),
      limit: POINT_LIMIT,
    });
  }
  if (mean > STANDARD_ERRORS * standardError && mean > MEAN_LIMIT) {
    throw new Unscored('invalid', {
      code: 'claims-too-good',
      nats: measuredValue(mean),
      limit: MEAN_LIMIT,
    });
  }
  return { count, worstNats: worst, meanExcessNats: mean };
}

/** Log-softmax at one index, in float64; refuses logits that are not finite. */
export function logProbability(logits: Float32Array, index: number): number {
  let top = -Infinity;
  for (const logit of logits) {
    if (!Number.isFinite(logit))
      throw new Unscored('invalid', { code: 'logit-not-finite', logit: measuredValue(logit) });
    if (logit > top) top = logit;
  }
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - top);
  return logits[index]! - top - Math.log(total);
}
