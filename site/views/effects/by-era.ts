import { distribution } from '../../../core/rules/acceptance/distribution.ts';
import { type Grid, kernelDensity, modesOf } from '../../statistics/density.ts';
import { type Era, erasOf } from '../../summary/eras.ts';
import { once } from '../../summary/once.ts';
import { scaleOf } from '../../summary/scale.ts';
import type { Summary } from '../../summary/summary.ts';

/** Changes that are shown, in the track's unit: what lies farther out is counted, and not drawn. */
export const GRID: Grid = { from: -12, step: 0.2, count: 261 };

/** How the tries of an era came out, against what they were compared with. */
export interface EraModes {
  era: Era;
  /** Changes of the loss. */
  values: number[];
  /** Smoothed by the spread of one run, on `GRID`. */
  density: number[];
  /** Places of the heaps. */
  modes: number[];
  /** Widths that hold half and nine tenths of all tries. */
  half: number;
  spread: number;
}

export const modesByEra = once((summary: Summary): readonly EraModes[] => {
  const { unit } = scaleOf(summary);
  return erasOf(summary).map((era) => {
    const values = era.experiments.map(({ valBpb, incumbent }) => (valBpb - incumbent) / unit);
    const density = kernelDensity(values, 1, GRID);
    const { p5, p95 } = distribution(values)!;
    const sorted = values.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
    return {
      era,
      values,
      density,
      modes: modesOf(density, GRID),
      half: at(0.75) - at(0.25),
      spread: p95 - p5,
    };
  });
});
