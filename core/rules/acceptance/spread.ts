import type { ExperimentResult } from '../../formats/result.ts';
import type { RunResult } from '../../formats/run.ts';
import { coloursOf, distribution, residualLimits, residuals } from './distribution.ts';
import type { MeasuredRun } from './rule.ts';
import { mean } from './statistics.ts';

/** What records and leaderboard keep of repeated runs beside the runs themselves. */

/** Null when nothing was scored. Without `sigma` (bits per byte) no run is coloured: one run says nothing of spread. */
export function spreadOf(
  runs: RunResult[],
  others: readonly (readonly MeasuredRun[])[],
  sigma: number | null,
): ExperimentResult['distribution'] {
  const losses = runs.flatMap((run) => run.valBpb ?? []);
  const spread = distribution(losses);
  if (spread === null) return null;
  const distances = residuals([losses]);
  if (sigma === null) return { ...spread, residuals: distances, colours: losses.map(() => 'none') };
  const files = others.map((file) => file.map((run) => run.valBpb));
  return { ...spread, residuals: distances, colours: coloursOf(losses, residualLimits(files, sigma)) };
}

/** Mean loss on the held-out part over the runs that were scored on it; null without one. */
export function heldoutOf(runs: RunResult[]): number | null {
  const losses = runs.flatMap((run) => run.heldoutBpb ?? []);
  return losses.length === 0 ? null : mean(losses);
}
