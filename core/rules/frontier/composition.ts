import type { Estimate } from './estimate.ts';
import type { Gains } from './gains.ts';
import { type Candidacy, type Judgement, judge, type Seen } from './judge.ts';
import { FRONTIER, type FrontierRule } from './parameters.ts';

/** A change that gained on an older base, put onto a newer file: what is expected of it, and what one run of the composed file says. */

/** What a composed file is worth before it is measured: the base of what is composed onto it. */
export function composedEstimate(
  onto: Estimate,
  seen: Seen,
  sigma: number,
  rule: FrontierRule = FRONTIER,
): Estimate {
  const { mean, variance } = composedGain(seen, sigma, rule);
  return {
    loss: onto.loss - mean[0]! * sigma,
    variance: onto.variance + variance[0]! * sigma ** 2,
  };
}

/**
 * The change has been judged before, by as many runs and owners as that took: what is asked is whether the gain is left here.
 * @param given `base` is the file it was put onto
 * @param seen what was seen of the change on its own base
 */
export function judgeComposition(
  given: Omit<Candidacy, 'gains'>,
  seen: Seen,
): Exclude<Judgement, { kind: 'measure' }> {
  const rule = given.rule ?? FRONTIER;
  const once = { ...rule, runsPerCandidate: given.runs.length, strikingSigmas: Number.POSITIVE_INFINITY };
  const judged = judge({ ...given, gains: composedGain(seen, given.sigma, rule), rule: once });
  if (judged.kind === 'measure') throw new Error('A composition was to be measured again.');
  return judged;
}

/** Most of the gain; how much is unknown. */
function composedGain(seen: Seen, sigma: number, rule: FrontierRule): Gains {
  const gain = seen.gain / sigma;
  const spread = (rule.composedShare * seen.deviation) / sigma;
  return {
    mean: [rule.composedShare * gain],
    variance: [spread ** 2 + (rule.composedSpread * gain) ** 2],
    weight: [1],
  };
}
