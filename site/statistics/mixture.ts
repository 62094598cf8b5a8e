import { normalCdf } from '../../core/rules/acceptance/special-functions.ts';

/**
 * What candidates are worth, learned from all of them: a part changes nothing, the others come from normal distributions. What one
 * candidate showed is then weighed with that (empirical Bayes; Stephens, Biostatistics 18, 2017, with fewer components).
 */

/** Measured gain and its standard error. */
export interface Shown {
  effect: number;
  error: number;
}

interface Part {
  share: number;
  mean: number;
  deviation: number;
}

const ROUNDS = 150;

/** By expectation and maximisation; the first part is the one that changes nothing. @param scale about the size of an effect */
export function mixtureOf(shown: readonly Shown[], scale: number): Part[] {
  let parts: Part[] = [
    { share: 1 / 3, mean: 0, deviation: 0 },
    { share: 1 / 3, mean: -scale, deviation: scale },
    { share: 1 / 3, mean: -6 * scale, deviation: 4 * scale },
  ];
  const alike = together(shown, scale / 50);
  for (let round = 0; round < ROUNDS; round += 1) {
    const sums = parts.map(() => ({ weight: 0, first: 0, second: 0 }));
    for (const { one, count } of alike) {
      const weights = weightsOf(parts, one).map((weight) => weight * count);
      for (const [k, part] of parts.entries()) {
        const { mean, variance } = posterior(part, one);
        const sum = sums[k]!;
        sum.weight += weights[k]!;
        sum.first += weights[k]! * mean;
        sum.second += weights[k]! * (mean * mean + variance);
      }
    }
    parts = parts.map((part, k) => {
      const { weight, first, second } = sums[k]!;
      const share = weight / shown.length;
      if (k === 0 || weight < 1e-9) return { ...part, share };
      const mean = first / weight;
      // Narrower than what a run can tell apart, it would take the place of the part that changes nothing.
      return {
        share,
        mean,
        deviation: Math.sqrt(Math.max(second / weight - mean * mean, scale ** 2)),
      };
    });
  }
  return parts;
}

/** What is alike to a fiftieth of an effect is counted together: thousands of candidates are a few hundred places. */
function together(shown: readonly Shown[], step: number): { one: Shown; count: number }[] {
  const places = new Map<string, { one: Shown; count: number }>();
  for (const { effect, error } of shown) {
    const [x, y] = [Math.round(effect / step), Math.max(1, Math.round(error / step))];
    const place = places.get(`${x} ${y}`);
    if (place) place.count += 1;
    else places.set(`${x} ${y}`, { one: { effect: x * step, error: y * step }, count: 1 });
  }
  return [...places.values()];
}

/** The probability that what showed a gain gains nothing in truth. */
export function falseGain(parts: readonly Part[], one: Shown): number {
  const weights = weightsOf(parts, one);
  return parts.reduce((sum, part, k) => {
    const { mean, variance } = posterior(part, one);
    return sum + weights[k]! * (part.deviation === 0 ? 1 : normalCdf(-mean / Math.sqrt(variance)));
  }, 0);
}

/** How probable it is that it comes from each part. */
function weightsOf(parts: readonly Part[], { effect, error }: Shown): number[] {
  const logs = parts.map(({ share, mean, deviation }) => {
    const variance = deviation ** 2 + error ** 2;
    return Math.log(Math.max(share, 1e-300)) - Math.log(variance) / 2 - (effect - mean) ** 2 / (2 * variance);
  });
  const most = Math.max(...logs);
  const raw = logs.map((log) => Math.exp(log - most));
  const total = raw.reduce((a, b) => a + b, 0);
  return raw.map((weight) => weight / total);
}

/** Its true effect, if it comes from this part. */
function posterior({ mean, deviation }: Part, { effect, error }: Shown) {
  const variance = 1 / (1 / Math.max(deviation ** 2, 1e-300) + 1 / error ** 2);
  if (deviation === 0) return { mean: 0, variance: 0 };
  return { mean: variance * (mean / deviation ** 2 + effect / error ** 2), variance };
}
