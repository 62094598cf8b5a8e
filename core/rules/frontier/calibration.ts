import { machineOffsets, offsetOf } from '../acceptance/offsets.ts';
import type { MeasuredRun } from '../acceptance/rule.ts';
import { mean, type NoisePrior, pooledVariance } from '../acceptance/statistics.ts';
import type { CandidateRun } from './judge.ts';

/** How much runs spread on a track, and what its machines differ by: the ground of every comparison on the frontier. */
export interface Calibration {
  /** Standard deviation of one run, bits per byte. */
  sigma: number;
  /** The degrees of freedom it stands on. */
  degrees: number;
  /** What to subtract from a loss measured on a machine; a machine that is absent has 0. */
  offsets: ReadonlyMap<string, number>;
}

/** @param files runs of each file that was measured repeatedly: main's incumbent and the holders before it */
export function calibrate(files: readonly (readonly MeasuredRun[])[], prior: NoisePrior): Calibration {
  // Files differ, machines are what is asked: each run as its distance from its file's mean.
  const around = files.flatMap((runs) => {
    const center = mean(runs.map((run) => run.valBpb));
    return runs.map((run) => ({ ...run, valBpb: run.valBpb - center }));
  });
  const offsets = machineOffsets(around, prior.sigma ** 2).byMachine;
  const losses = files.map((runs) => runs.map((run) => corrected(run, { offsets }).loss));
  const { variance, degrees } = pooledVariance(losses, prior);
  return { sigma: Math.sqrt(variance), degrees, offsets };
}

/** A run as the frontier's rule takes it. */
export function corrected(run: MeasuredRun, { offsets }: Pick<Calibration, 'offsets'>): CandidateRun {
  return { owner: run.owner, loss: run.valBpb - offsetOf(offsets, run) };
}
