/**
 * What candidates of a track are worth before they are measured: a distribution of true gains, in sigmas, positive is better. It is a
 * mixture of normal distributions whose places are fixed and whose weights are learned, so that it can take any shape (Stephens, False
 * discovery rates: a new deal, Biostatistics 18, 2017). Any parametric family would be wrong for some track: most have many small
 * losses, few large gains, and some candidates that change nothing.
 */
export interface Gains {
  mean: readonly number[];
  variance: readonly number[];
  /** Sum to 1. */
  weight: readonly number[];
}

/** What a track has seen of one candidate. */
export interface Result {
  author: string;
  /** Estimate of the base - mean of the candidate's runs, in sigmas. */
  shown: number;
  /** Its variance, in squared sigmas: of the estimate of the base, and 1/n of the runs. */
  variance: number;
}

/** Each place is 1.6 times as far out as the last, and as wide as the way to it: no effect falls between two. */
const PLACES = [0.3, 0.7, 1.3, 2.2, 3.6, 5.8, 9.2, 14.5, 23];
const MEAN = [...PLACES.map((place) => -place).reverse(), 0, ...PLACES];
const VARIANCE = MEAN.map((place) => (place === 0 ? 0.1 : 0.3 * Math.abs(place)) ** 2);

/**
 * Before a track has results: 6 % gains of mean 1.5, 84 % losses of mean 4, 10 % no change. It weighs little: a hopeful guess that weighs
 * as much as 60 results costs a quarter of the progress on a plateau.
 */
const FIELD_WEIGHT = fieldWeight({ better: 0.06, gain: 1.5, worse: 0.84, loss: 4 });
const FIELD_RESULTS = 10;

/** Results that count: the latest. A track changes as its easy gains are found. */
const REMEMBERED = 400;
/** An author's results weigh at most as much as so many with others' candidates: a thousand empty changes must not teach despair. */
const PER_AUTHOR = 40;
const ROUNDS = 10;

export const FIELD: Gains = { mean: MEAN, variance: VARIANCE, weight: FIELD_WEIGHT };

/**
 * The weights that explain the track's results best, by expectation-maximisation (Dempster, Laird, Rubin 1977) from what the field
 * knows.
 * @param results in the order they ended
 * @param author whose candidate is to be judged: their own results count in full
 */
export function learnGains(results: readonly Result[], author?: string): Gains {
  const latest = results.slice(-REMEMBERED);
  const counts = new Map<string, number>();
  for (const one of latest) counts.set(one.author, (counts.get(one.author) ?? 0) + 1);
  const places = MEAN.length;
  const likelihood = new Float64Array(latest.length * places);
  const trust = latest.map((one) =>
    one.author === author ? 1 : Math.min(1, PER_AUTHOR / counts.get(one.author)!),
  );
  for (const [i, { shown, variance }] of latest.entries()) {
    for (let k = 0; k < places; k++) {
      const total = VARIANCE[k]! + variance;
      likelihood[i * places + k] = Math.exp(-((shown - MEAN[k]!) ** 2) / (2 * total)) / Math.sqrt(total);
    }
  }
  let weight = FIELD_WEIGHT;
  for (let round = 0; round < ROUNDS; round++) weight = improve(weight, likelihood, trust);
  return { mean: MEAN, variance: VARIANCE, weight };
}

function improve(weight: readonly number[], likelihood: Float64Array, trust: readonly number[]): number[] {
  const places = weight.length;
  const counted = FIELD_WEIGHT.map((share) => share * FIELD_RESULTS);
  let all = FIELD_RESULTS;
  for (let i = 0; i < trust.length; i++) {
    let sum = 0;
    for (let k = 0; k < places; k++) sum += weight[k]! * likelihood[i * places + k]!;
    // What lies beyond every place (a loss of 100 sigmas) belongs to none, and teaches nothing about gains.
    if (!(sum > 1e-200)) continue;
    all += trust[i]!;
    for (let k = 0; k < places; k++)
      counted[k] = counted[k]! + (trust[i]! * weight[k]! * likelihood[i * places + k]!) / sum;
  }
  return counted.map((count) => count / all);
}

function fieldWeight(o: { better: number; gain: number; worse: number; loss: number }): number[] {
  // An exponential's share of each place: its density times the width, which grows as the place.
  const shares = (scale: number) => {
    const parts = PLACES.map((place) => place * Math.exp(-place / scale));
    const sum = parts.reduce((a, b) => a + b);
    return parts.map((part) => part / sum);
  };
  const losses = shares(o.loss).map((share) => share * o.worse);
  return [...losses.reverse(), 1 - o.better - o.worse, ...shares(o.gain).map((share) => share * o.better)];
}
