import type { Gains } from './gains.ts';

/** What a run says of a candidate, given what candidates are worth and how well its base is known. All in sigmas. */

export interface Posterior {
  /** The candidate's gain over its base. */
  gain: number;
  gainVariance: number;
  /** Estimate of the base - its true loss: a candidate that looks better than any can be says that the base is better, too. */
  baseError: number;
  baseVariance: number;
  covariance: number;
}

/**
 * A candidate shows y = gain + error of the base + noise: three unknowns, each normal within a place of the mixture, so that all is in
 * closed form.
 * @param shown y, estimate of the base - mean of the candidate's runs
 * @param base variance of the estimate of the base
 * @param noise variance of the mean of the runs, 1/n
 */
export function posterior(gains: Gains, shown: number, base: number, noise: number): Posterior {
  let [all, gain, gainSquare, error, errorSquare, product] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k < gains.mean.length; k++) {
    const own = gains.variance[k]!;
    const total = own + base + noise;
    const surprise = shown - gains.mean[k]!;
    const likelihood = (gains.weight[k]! * Math.exp(-(surprise * surprise) / (2 * total))) / Math.sqrt(total);
    const g = gains.mean[k]! + (own / total) * surprise;
    const e = (base / total) * surprise;
    all += likelihood;
    gain += likelihood * g;
    gainSquare += likelihood * (own * (1 - own / total) + g * g);
    error += likelihood * e;
    errorSquare += likelihood * (base * (1 - base / total) + e * e);
    product += likelihood * (-(own * base) / total + g * e);
  }
  // Beyond every place: taken at its word, and nothing is learned about the base.
  if (!(all > 1e-200)) return beyond(shown, base, noise);
  gain /= all;
  error /= all;
  return {
    gain,
    gainVariance: gainSquare / all - gain * gain,
    baseError: error,
    baseVariance: errorSquare / all - error * error,
    covariance: product / all - gain * error,
  };
}

function beyond(shown: number, base: number, noise: number): Posterior {
  return { gain: shown, gainVariance: base + noise, baseError: 0, baseVariance: base, covariance: -base };
}

/** The expected gain alone, and the density of what is shown: for integrals over what may be shown. */
export function expected(gains: Gains, shown: number, variance: number): { gain: number; density: number } {
  let all = 0;
  let gain = 0;
  for (let k = 0; k < gains.mean.length; k++) {
    const own = gains.variance[k]!;
    const total = own + variance;
    const surprise = shown - gains.mean[k]!;
    const likelihood = (gains.weight[k]! * Math.exp(-(surprise * surprise) / (2 * total))) / Math.sqrt(total);
    all += likelihood;
    gain += likelihood * (gains.mean[k]! + (own / total) * surprise);
  }
  if (!(all > 1e-200)) return { gain: shown, density: 0 };
  return { gain: gain / all, density: all / Math.sqrt(2 * Math.PI) };
}
