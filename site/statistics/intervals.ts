import { chiSquareCdf, normalQuantile } from '../../core/rules/acceptance/special-functions.ts';

/** How sure a figure is: 95 % intervals, unless said. */

export interface Interval {
  low: number;
  high: number;
}

const Z = normalQuantile(0.975);

/** Of a share, k of n (Wilson, Journal of the American Statistical Association 22, 1927). */
export function shareInterval(k: number, n: number): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const [p, z2] = [k / n, Z * Z];
  const center = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  return { low: Math.max(0, center - half), high: Math.min(1, center + half) };
}

/** Of a normal's standard deviation, measured on so many degrees of freedom. */
export function deviationInterval(deviation: number, degrees: number): Interval {
  const end = (p: number) => deviation * Math.sqrt(degrees / chiSquareQuantile(p, degrees));
  return { low: end(0.975), high: end(0.025) };
}

/** The x with chiSquareCdf(x, degrees) = p, by halving. */
function chiSquareQuantile(p: number, degrees: number): number {
  let [low, high] = [0, degrees + 10 * Math.sqrt(2 * degrees) + 20];
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (chiSquareCdf(middle, degrees) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** How many of independent events happen, each with its own probability: the mean, and the 5th and 95th percentile. */
export function countOf(probabilities: readonly number[]): { expected: number } & Interval {
  let chances = [1];
  for (const p of probabilities) {
    const next = new Array<number>(chances.length + 1).fill(0);
    for (const [k, chance] of chances.entries()) {
      next[k]! += chance * (1 - p);
      next[k + 1]! += chance * p;
    }
    chances = next;
  }
  const quantile = (share: number) => {
    let sum = 0;
    return chances.findIndex((chance) => {
      sum += chance;
      return sum >= share - 1e-12;
    });
  };
  return { expected: probabilities.reduce((a, b) => a + b, 0), low: quantile(0.05), high: quantile(0.95) };
}
