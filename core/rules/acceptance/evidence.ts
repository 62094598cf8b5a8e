import { lossesByMachine, machineOffsets, offsetOf } from './offsets.ts';
import type { Case, MeasuredRun } from './rule.ts';
import { effectInterval, mean, pooledVariance, sampleVariance, standardError } from './statistics.ts';

/** What the runs say about one candidate, corrected for machines. Losses in bits per byte, positive effects are better. */
export interface Evidence {
  /** Standard deviation of one run on the track, and the degrees of freedom it stands on. */
  sigma: number;
  degrees: number;
  candidateRuns: number;
  incumbentRuns: number;
  owners: number;
  incumbentMean: number;
  candidateMean: number;
  /** mean(incumbent) - mean(candidate) with its standard error and 95 % interval. */
  effect: { estimate: number; standardError: number; low: number; high: number };
}

/** Sees a case through one choice of runs: `without` leaves an owner's runs out on both sides and out of sigma too. */
export function weigh(given: Case, runs: readonly MeasuredRun[], without?: string) {
  const keep = (run: MeasuredRun) => run.owner !== without;
  const incumbent = without === undefined ? given.incumbent : given.incumbent.filter(keep);
  const chosen = without === undefined ? runs : runs.filter(keep);
  const others = without === undefined ? given.others : given.others.map((file) => file.filter(keep));

  // Within machines first: what machines differ by must not hide in sigma.
  const within = pooledVariance([...lossesByMachine(incumbent).values()], given.prior);
  const offsets = machineOffsets(incumbent, within.variance).byMachine;
  const corrected = (list: readonly MeasuredRun[]) => list.map((run) => run.valBpb - offsetOf(offsets, run));
  const incumbentLosses = corrected(incumbent);
  const noise = pooledVariance([incumbentLosses, ...others.map(corrected)], given.prior);
  const values = corrected(chosen);
  return { noise, offsets, incumbentLosses, values, difference: mean(incumbentLosses) - mean(values) };
}

type Weighed = ReturnType<typeof weigh>;

/**
 * z = difference / sqrt(v/n + sigma^2/m), v the larger of sigma^2 and the candidate's own variance (over `spread`): a noisy
 * candidate must not pass on the incumbent's calm. n is `candidateRuns`, for asking what more runs would do.
 */
export function zScore(
  weighed: Weighed,
  spread: readonly number[],
  candidateRuns = weighed.values.length,
): number {
  return weighed.difference / errorOf(weighed, spread, candidateRuns);
}

export function evidenceOf(given: Case, runs: readonly MeasuredRun[]): Evidence {
  const weighed = weigh(given, runs);
  const error = errorOf(weighed, weighed.values, runs.length);
  const { noise, difference } = weighed;
  return {
    sigma: Math.sqrt(noise.variance),
    degrees: noise.degrees,
    candidateRuns: runs.length,
    incumbentRuns: given.incumbent.length,
    owners: new Set(runs.map((run) => run.owner)).size,
    incumbentMean: mean(weighed.incumbentLosses),
    candidateMean: mean(weighed.values),
    effect: {
      estimate: difference,
      standardError: error,
      ...effectInterval({ difference, standardError: error, degrees: noise.degrees }),
    },
  };
}

function errorOf(weighed: Weighed, spread: readonly number[], candidateRuns: number): number {
  return standardError({
    candidateVariance: Math.max(weighed.noise.variance, sampleVariance(spread)),
    candidateRuns,
    incumbentVariance: weighed.noise.variance,
    incumbentRuns: weighed.incumbentLosses.length,
  });
}
