import type { Gains } from './gains.ts';
import { expected, type Posterior } from './posterior.ts';

/** What a run is worth: the gain that is expected of it, in sigmas. A run is spent where it is worth most. */

export interface Outlook {
  /** Expected gain of measuring a new candidate once, and adopting it where that is better than not. It is what any other run costs. */
  gain: number;
  /** How probably it is adopted. */
  adopted: number;
}

const STEP = 0.5;
const FROM = -2;
const TO = 26;

/** @param variance of what a candidate shows: the base's and one run's */
export function outlook(gains: Gains, variance: number): Outlook {
  let [gain, adopted] = [0, 0];
  for (let shown = FROM; shown < TO; shown += STEP) {
    const at = expected(gains, shown, variance);
    if (at.gain <= 0) continue;
    gain += STEP * at.gain * at.density;
    adopted += STEP * at.density;
  }
  return { gain, adopted };
}

/** Gauss-Hermite quadrature with five nodes, for a standard normal (NIST DLMF 3.5(v)). */
const NODES = [-2.8569700138728056, -1.355626179974266, 0, 1.355626179974266, 2.8569700138728056];
const WEIGHTS = [
  0.011257411327720688, 0.2220759220056126, 0.5333333333333333, 0.2220759220056126, 0.011257411327720688,
];

/**
 * The expected gain when one more run decides between adopting and not. What that exceeds the gain of deciding now is the value of
 * the run (Raiffa, Schlaifer, Applied Statistical Decision Theory, 1961).
 * @param now the posterior of the runs so far
 * @param shown their mean, as `posterior` takes it; `runs` how many they are
 * @param base variance of the estimate of the base
 */
export function worthWithOneMore(
  gains: Gains,
  now: Posterior,
  shown: number,
  runs: number,
  base: number,
): number {
  // What the next run alone will show: gain + error of the base + its noise.
  const center = now.gain + now.baseError;
  const spread = Math.sqrt(now.gainVariance + now.baseVariance + 2 * now.covariance + 1);
  let worth = 0;
  for (let i = 0; i < NODES.length; i++) {
    const next = center + spread * NODES[i]!;
    const then = expected(gains, (shown * runs + next) / (runs + 1), base + 1 / (runs + 1));
    worth += WEIGHTS[i]! * Math.max(0, then.gain);
  }
  return worth;
}
