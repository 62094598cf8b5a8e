import { residuals } from '../../core/rules/acceptance/distribution.ts';
import type { Experiment } from './experiments.ts';
import { once } from './once.ts';

/** A run's distance from the mean of its own file, bits per byte, scaled to the variance of one run. */
export interface Residual {
  at: string;
  pull: number;
  machine: string;
  value: number;
}

/** Of every file that was measured more than once; audits are apart. */
export const residualsOf = once((experiments: readonly Experiment[]): readonly Residual[] =>
  filesOf(experiments).flatMap(({ at, pull, runs }) => {
    const values = residuals([runs.map(({ loss }) => loss)]);
    return values.map((value, i) => ({ at, pull, machine: runs[i]!.machine, value }));
  }),
);

/** Losses of each file that was measured more than once. */
export const filesOf = once((experiments: readonly Experiment[]) =>
  experiments.flatMap(({ at, pull, runs: all }) => {
    const runs = all.flatMap(([stage, , machine, , loss]) =>
      loss === null || stage === 'audit' ? [] : [{ machine, loss }],
    );
    return runs.length < 2 ? [] : [{ at, pull, runs }];
  }),
);
