import type { MeasuredRun } from './rule.ts';
import { mean } from './statistics.ts';

/** Machines differ a little: each one's offset, estimated from the incumbent's runs, the same file everywhere. */

const RUNS_FOR_AN_OFFSET = 3;

/** What an offset belongs to: another device in a machine, or another limit of its power, is another machine here. */
export type Measurer = Pick<MeasuredRun, 'machine' | 'device' | 'powerWatts'>;

function keyOf({ machine, device, powerWatts }: Measurer): string {
  const parts = [device ?? [], powerWatts === undefined ? [] : `${powerWatts} W`].flat();
  return parts.length === 0 ? machine : `${machine} (${parts.join(', ')})`;
}

/** What to subtract from a loss measured there, bits per byte. */
export function offsetOf(offsets: ReadonlyMap<string, number>, on: Measurer): number {
  return offsets.get(keyOf(on)) ?? 0;
}

export interface MachineOffsets {
  /** What to subtract from a loss measured on a machine, bits per byte, for `offsetOf`; a machine that is absent has 0. */
  byMachine: ReadonlyMap<string, number>;
  /** Estimated variance of the offsets between machines, (bits per byte)^2; 0 with fewer than two machines to compare. */
  variance: number;
}

/** The losses of each machine: their spread within a machine is noise alone. */
export function lossesByMachine(
  runs: readonly (Measurer & { valBpb: number })[],
): ReadonlyMap<string, number[]> {
  const byMachine = new Map<string, number[]>();
  for (const run of runs) {
    const key = keyOf(run);
    const values = byMachine.get(key);
    if (values) values.push(run.valBpb);
    else byMachine.set(key, [run.valBpb]);
  }
  return byMachine;
}

const NONE: MachineOffsets = { byMachine: new Map(), variance: 0 };

/**
 * Best linear unbiased prediction in a one-way random-effects model (Searle, Casella, McCulloch, Variance Components, 3.6, 7.3):
 * tau^2 = max(0, (sum k (mean_h - mean)^2 - (H - 1) sigma^2) / (N - sum k^2 / N)) over the H machines with three runs or more,
 * offset_h = tau^2 / (tau^2 + sigma^2/k) * (mean_h - mean of the machines). Machines alike in truth give tau = 0, so that
 * the correction adds no noise of its own.
 * @param variance sigma^2 of one run, without what machines add
 */
export function machineOffsets(
  runs: readonly (Measurer & { valBpb: number })[],
  variance: number,
): MachineOffsets {
  const known = [...lossesByMachine(runs)].filter(([, values]) => values.length >= RUNS_FOR_AN_OFFSET);
  if (known.length < 2) return NONE;

  const counts = known.map(([, values]) => values.length);
  const means = known.map(([, values]) => mean(values));
  const total = counts.reduce((sum, k) => sum + k, 0);
  const grand = counts.reduce((sum, k, h) => sum + k * means[h]!, 0) / total;
  const between = counts.reduce((sum, k, h) => sum + k * (means[h]! - grand) ** 2, 0);
  const divisor = total - counts.reduce((sum, k) => sum + k * k, 0) / total;
  const tau2 = Math.max(0, (between - (known.length - 1) * variance) / divisor);
  if (tau2 === 0) return NONE;

  const center = mean(means);
  const offsets = known.map(([machine], h): [string, number] => {
    const shrink = tau2 / (tau2 + variance / counts[h]!);
    return [machine, shrink * (means[h]! - center)];
  });
  return { byMachine: new Map(offsets), variance: tau2 };
}
