import { createRandom } from './random.ts';

/** Where values lie, as a smooth curve, and how many heaps they form. */

/** Places at which a density is known, equally far apart. */
export interface Grid {
  from: number;
  step: number;
  count: number;
}

/** Normal kernels of this `bandwidth` over the values that lie within the grid, as a density whose unit is that of the grid. */
export function kernelDensity(values: readonly number[], bandwidth: number, grid: Grid): number[] {
  return smoothed(binned(values, grid), bandwidth, grid);
}

function binned(values: readonly number[], grid: Grid): number[] {
  const bins = new Array<number>(grid.count).fill(0);
  for (const bin of placed(values, grid)) if (bin >= 0) bins[bin]! += 1;
  return bins;
}

/** The bin of each value, -1 outside. */
function placed(values: readonly number[], { from, step, count }: Grid): Int32Array {
  return Int32Array.from(values, (value) => {
    const bin = Math.round((value - from) / step);
    return bin < count ? Math.max(-1, bin) : -1;
  });
}

function smoothed(bins: readonly number[], bandwidth: number, { step, count }: Grid): number[] {
  const total = bins.reduce((sum, n) => sum + n, 0);
  const density = new Array<number>(count).fill(0);
  if (total === 0) return density;
  const reach = Math.ceil((5 * bandwidth) / step);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const x = ((i - reach) * step) / bandwidth;
    return Math.exp((-x * x) / 2) / (bandwidth * Math.sqrt(2 * Math.PI));
  });
  for (const [bin, n] of bins.entries()) {
    if (n === 0) continue;
    for (let i = Math.max(0, bin - reach); i <= Math.min(count - 1, bin + reach); i += 1)
      density[i]! += (n / total) * kernel[i - bin + reach]!;
  }
  return density;
}

/** Heaps that hold at least this share of all. */
const LEAST = 0.03;

/** The places of the heaps of a density: its peaks, each with what lies between the valleys beside it. */
export function modesOf(density: readonly number[], { from, step }: Grid): number[] {
  const total = density.reduce((sum, value) => sum + value, 0);
  const modes: number[] = [];
  let [mass, peak] = [0, 0];
  for (const [i, value] of density.entries()) {
    mass += value;
    if (value > density[peak]! || mass === value) peak = i;
    const next = density[i + 1];
    const valley = next === undefined || (next > value && value <= (density[i - 1] ?? 0));
    if (!valley) continue;
    if (mass >= LEAST * total && total > 0) modes.push(from + peak * step);
    [mass, peak] = [0, i + 1];
  }
  return modes;
}

const RESAMPLES = 100;

/** How many modes a resampled set of values has: the 5th and the 95th percentile. The same values give the same answer. */
export function modesBand(values: readonly number[], bandwidth: number, grid: Grid): [number, number] {
  const random = createRandom(values.length);
  const bins = placed(values, grid);
  const counts = Array.from({ length: RESAMPLES }, () => {
    const again = new Array<number>(grid.count).fill(0);
    for (let i = 0; i < bins.length; i += 1) {
      const bin = bins[Math.floor(random() * bins.length)]!;
      if (bin >= 0) again[bin]! += 1;
    }
    return modesOf(smoothed(again, bandwidth, grid), grid).length;
  }).toSorted((a, b) => a - b);
  return [counts[Math.floor(0.05 * RESAMPLES)]!, counts[Math.floor(0.95 * RESAMPLES)]!];
}
