import { normalQuantile } from './special-functions.ts';
import { mean, sampleVariance } from './statistics.ts';

/** The distribution of an experiment's runs, and which of them look strange beside the whole track. Bits per byte. */

export interface Distribution {
  count: number;
  mean: number;
  median: number;
  /** Sample standard deviation; null for a single run. */
  standardDeviation: number | null;
  p1: number;
  p5: number;
  p95: number;
  p99: number;
}

/** Null when there are no runs. */
export function distribution(values: readonly number[]): Distribution | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return {
    count: sorted.length,
    mean: mean(sorted),
    median: percentile(sorted, 0.5),
    standardDeviation: sorted.length < 2 ? null : Math.sqrt(sampleVariance(sorted)),
    p1: percentile(sorted, 0.01),
    p5: percentile(sorted, 0.05),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
  };
}

/** Linear between order statistics, as numpy and R's type 7 do. `sorted` ascending and not empty, 0 <= share <= 1. */
function percentile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (at - below) * (high - low);
}

/** Limits of ordinary residuals: beyond the inner pair yellow, beyond the outer red. */
export interface ResidualLimits {
  p1: number;
  p5: number;
  p95: number;
  p99: number;
}

/** So many residuals determine a 1st percentile. With fewer, the limits are those of a normal distribution. */
const RESIDUALS_FOR_PERCENTILES = 200;

/**
 * Residuals of runs from their own file's mean, divided by sqrt(1 - 1/n) so that their variance is sigma^2 whatever n;
 * files with one run have none.
 */
export function residuals(files: readonly (readonly number[])[]): number[] {
  return files.flatMap((values) => {
    if (values.length < 2) return [];
    const center = mean(values);
    const scale = Math.sqrt(1 - 1 / values.length);
    return values.map((value) => (value - center) / scale);
  });
}

/** The track's limits: percentiles of its pooled residuals, or of a normal of `sigma` while there are few. */
export function residualLimits(files: readonly (readonly number[])[], sigma: number): ResidualLimits {
  const pooled = residuals(files).sort((a, b) => a - b);
  const at =
    pooled.length >= RESIDUALS_FOR_PERCENTILES
      ? (share: number) => percentile(pooled, share)
      : (share: number) => sigma * normalQuantile(share);
  return { p1: at(0.01), p5: at(0.05), p95: at(0.95), p99: at(0.99) };
}

export type Colour = 'none' | 'yellow' | 'red';

/** Yellow beyond 5-95, red beyond 1-99. A colour calls for a rerun, never for a deletion. */
function colourOf(residual: number, limits: ResidualLimits): Colour {
  if (residual < limits.p1 || residual > limits.p99) return 'red';
  if (residual < limits.p5 || residual > limits.p95) return 'yellow';
  return 'none';
}

/** The colour of each run of one file, in order; a single run has no residual and stays `none`. */
export function coloursOf(values: readonly number[], limits: ResidualLimits): Colour[] {
  if (values.length < 2) return values.map(() => 'none');
  return residuals([values]).map((residual) => colourOf(residual, limits));
}
