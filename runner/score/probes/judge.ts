import { measuredValue } from '../../../core/formats/reason.ts';
import { UnscoredError } from '../../outcome.ts';
import type { ScoredPart } from '../text.ts';
import { PROBE_KINDS, type ProbeKind } from './draw-probes.ts';

/** One probe may be off by this much, nats: compiled against eager code differs by up to 0.36 in 2 million (docs/security.md). */
const POINT_LIMIT = 0.5;
/**
 * The mean of a kind may be off by 5 standard errors, or by this much, nats: a systematic lie hides inside a pointwise
 * tolerance. Not by 3: where the passes round differently, one honest run in 500 exceeds that, and what the uniform probes
 * leave possible is taken back anyway (zoo/repeats.ts, bench/probes).
 */
const MEAN_LIMIT = 0.0005;
const STANDARD_ERRORS = 5;
/** What 99 of 100 samples do not exceed, in standard errors. */
const NINETY_NINE = 2.33;

/** Claimed minus recomputed log-probability of each probe, nats, by the kind of probe. */
export type Excess = Record<ProbeKind, ArrayLike<number>>;

export interface Judgement {
  /** Probes of validation text, and of held-out text. */
  count: number;
  heldout: number;
  /** Largest |claimed - recomputed|, nats. */
  worstNats: number;
  /** Mean of claimed - recomputed over the uniform probes, nats; positive: the claims were too good. */
  meanExcessNats: number;
  /**
   * What the claims of each text may be too good by, nats a target: the mean of its uniform probes and what 99 % of such
   * samples stay below. Guided probes have no part in it: they come where a gain is claimed, so that a lie in the other
   * direction, where those probes come, would make up for lies where they do not come.
   */
  tooGoodNats: Record<ScoredPart, number>;
}

/** Compares the claims with what the model said when it could not know the answer. Refuses what lies outside the limits, in either direction. */
export function judge(excess: Excess): Judgement {
  let worst = 0;
  for (const kind of PROBE_KINDS)
    for (let i = 0; i < excess[kind].length; i++) worst = Math.max(worst, Math.abs(excess[kind][i]!));
  if (!(worst <= POINT_LIMIT)) {
    throw new UnscoredError('invalid', {
      code: 'claim-far-off',
      nats: measuredValue(worst),
      limit: POINT_LIMIT,
    });
  }
  for (const kind of PROBE_KINDS) refuseMean(kind, sampleOf(excess[kind]));
  const uniform = sampleOf(excess.uniform);
  return {
    count: excess.uniform.length + excess.guided.length,
    heldout: excess.heldout.length,
    worstNats: worst,
    meanExcessNats: uniform.mean,
    tooGoodNats: { validation: tooGood(uniform), heldout: tooGood(sampleOf(excess.heldout)) },
  };
}

interface Sample {
  mean: number;
  standardError: number;
}

function sampleOf(values: ArrayLike<number>): Sample {
  const count = values.length;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < count; i++) sum += values[i]!;
  const mean = count === 0 ? 0 : sum / count;
  for (let i = 0; i < count; i++) squares += (values[i]! - mean) ** 2;
  return { mean, standardError: Math.sqrt(squares / Math.max(1, count - 1) / Math.max(1, count)) };
}

function refuseMean(of: ProbeKind, { mean, standardError }: Sample): void {
  if (!(Math.abs(mean) > STANDARD_ERRORS * standardError && Math.abs(mean) > MEAN_LIMIT)) return;
  throw new UnscoredError('invalid', {
    code: 'claims-off',
    of,
    nats: measuredValue(mean),
    limit: MEAN_LIMIT,
  });
}

function tooGood({ mean, standardError }: Sample): number {
  return Math.max(0, mean + NINETY_NINE * standardError);
}

/** Log-softmax at one index, in float64; refuses logits that are not finite. */
export function logProbability(logits: Float32Array, index: number): number {
  let top = -Infinity;
  for (const logit of logits) {
    if (!Number.isFinite(logit))
      throw new UnscoredError('invalid', { code: 'logit-not-finite', logit: measuredValue(logit) });
    if (logit > top) top = logit;
  }
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - top);
  return logits[index]! - top - Math.log(total);
}
