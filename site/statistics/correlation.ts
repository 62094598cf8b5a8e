import { normalQuantile } from '../../core/rules/acceptance/special-functions.ts';
import { mean } from '../../core/rules/acceptance/statistics.ts';
import type { Interval } from './intervals.ts';

/** Spearman's rank correlation with its 95 % interval (Fieller, Hartley, Pearson, Biometrika 44, 1957); null for fewer than ten pairs. */
export function rankCorrelation(
  xs: readonly number[],
  ys: readonly number[],
): ({ value: number } & Interval) | null {
  const n = xs.length;
  if (n < 10) return null;
  const value = pearson(ranks(xs), ranks(ys));
  if (Number.isNaN(value)) return null; // all of one side are alike
  const reach = normalQuantile(0.975) * Math.sqrt(1.06 / (n - 3));
  const z = Math.atanh(Math.max(-0.999_999, Math.min(value, 0.999_999)));
  return { value, low: Math.tanh(z - reach), high: Math.tanh(z + reach) };
}

/** From 1; equal values share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).toSorted((a, b) => values[a]! - values[b]!);
  const found = new Array<number>(values.length);
  for (let i = 0; i < order.length; ) {
    let end = i;
    while (end < order.length && values[order[end]!] === values[order[i]!]) end += 1;
    for (let k = i; k < end; k += 1) found[order[k]!] = (i + end + 1) / 2;
    i = end;
  }
  return found;
}

function pearson(xs: readonly number[], ys: readonly number[]): number {
  const [mx, my] = [mean(xs), mean(ys)];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [i, x] of xs.entries()) {
    const [dx, dy] = [x - mx, ys[i]! - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xy / Math.sqrt(xx * yy);
}
