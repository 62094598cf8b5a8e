import { chiSquareCdf, studentQuantile } from './special-functions.ts';

/**
 * The numbers behind a verdict: numbers in, numbers out. Losses, sigma, differences and offsets are in bits per byte; a
 * difference is mean(incumbent) - mean(candidate), so that positive is better. Arrays of losses are never empty unless said.
 */

/** What is believed of a track's run-to-run spread before any run: as if `degrees` + 1 runs had shown it. */
export interface NoisePrior {
  /** Standard deviation of one run, > 0. */
  sigma: number;
  degrees: number;
}

/** A variance and on how many degrees of freedom it stands. */
export interface Noise {
  variance: number;
  degrees: number;
}

export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Sum of (x - mean)^2; 0 for an empty array. */
function sumOfSquares(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const center = mean(values);
  let sum = 0;
  for (const value of values) sum += (value - center) ** 2;
  return sum;
}

/** Unbiased sample variance, sum of squares / (n - 1); 0 for fewer than two values. */
export function sampleVariance(values: readonly number[]): number {
  return values.length < 2 ? 0 : sumOfSquares(values) / (values.length - 1);
}

/**
 * The track's noise from repeated runs of the same file, one array a file, shrunk toward the prior:
 * (d0 s0^2 + sum over files of sum (x - mean)^2) / (d0 + sum over files of (n - 1)).
 * The posterior of a scaled inverse chi-square prior (Gelman et al., Bayesian Data Analysis, 3rd ed., 2.6).
 */
export function pooledVariance(files: readonly (readonly number[])[], prior: NoisePrior): Noise {
  let squares = prior.degrees * prior.sigma ** 2;
  let degrees = prior.degrees;
  for (const values of files) {
    if (values.length < 2) continue;
    squares += sumOfSquares(values);
    degrees += values.length - 1;
  }
  return { variance: squares / degrees, degrees };
}

/**
 * Whether measured spread contradicts the prior: two-sided chi-square test of sum (x - mean)^2 / s0^2 at `level`.
 * `measured` is the standard deviation of the runs alone; null with fewer than two runs of any file.
 */
export function priorFit(
  files: readonly (readonly number[])[],
  prior: NoisePrior,
  level = 0.002,
): { fit: 'good' | 'prior too small' | 'prior too large'; measured: number; degrees: number } | null {
  const own = pooledVariance(files, { sigma: 1, degrees: 0 });
  if (own.degrees === 0) return null;
  const p = chiSquareCdf((own.variance * own.degrees) / prior.sigma ** 2, own.degrees);
  const fit = p > 1 - level / 2 ? 'prior too small' : p < level / 2 ? 'prior too large' : 'good';
  return { fit, measured: Math.sqrt(own.variance), degrees: own.degrees };
}

/**
 * ln of the likelihood of `difference` under a true effect of `effect`, over that under no effect:
 * e (D - e/2) / (sigma^2 (1/n + 1/m)), n candidate and m incumbent runs (Wald, Sequential Analysis, 1947).
 */
export function logLikelihoodRatio(o: {
  difference: number;
  effect: number;
  variance: number;
  candidateRuns: number;
  incumbentRuns: number;
}): number {
  return (
    (o.effect * (o.difference - o.effect / 2)) / (o.variance * (1 / o.candidateRuns + 1 / o.incumbentRuns))
  );
}

/** Standard error of a difference of means: sqrt(v/n + sigma^2/m), each side with its own variance of one run. */
export function standardError(o: {
  candidateVariance: number;
  candidateRuns: number;
  incumbentVariance: number;
  incumbentRuns: number;
}): number {
  return Math.sqrt(o.candidateVariance / o.candidateRuns + o.incumbentVariance / o.incumbentRuns);
}

/** Interval of an effect: estimate -+ t * standard error, t Student's quantile for the two-sided `level`. */
export function effectInterval(o: {
  difference: number;
  standardError: number;
  degrees: number;
  level?: number;
}): { low: number; high: number } {
  const reach = studentQuantile(0.5 + (o.level ?? 0.95) / 2, o.degrees) * o.standardError;
  return { low: o.difference - reach, high: o.difference + reach };
}

/**
 * The largest effect that these runs could still hide: the upper end of the one-sided interval at `level`, never below 0.
 */
export function hiddenEffect(o: {
  difference: number;
  standardError: number;
  degrees: number;
  level?: number;
}): number {
  return Math.max(0, o.difference + studentQuantile(o.level ?? 0.95, o.degrees) * o.standardError);
}

/**
 * The fewest further runs after which the verdict would be another, if they averaged the effect `plausible` (the far end of
 * the interval): the least k <= `limit` for which `changes(difference of all n + k runs, n + k)` holds. Null: none would.
 */
export function fewestMoreRuns(o: {
  difference: number;
  runs: number;
  plausible: number;
  limit: number;
  changes: (difference: number, runs: number) => boolean;
}): number | null {
  for (let k = 1; k <= o.limit; k++) {
    const runs = o.runs + k;
    if (o.changes((o.runs * o.difference + k * o.plausible) / runs, runs)) return k;
  }
  return null;
}
