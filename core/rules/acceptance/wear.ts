import type { TrackStanding } from '../../formats/leaderboard.ts';
import type { RunResult } from '../../formats/run.ts';
import { mean, sampleVariance } from './statistics.ts';

/**
 * Thousands of verdicts on one validation set wear it out: records come to fit it. The held-out part decides nothing, so the gap
 * between the two shows it.
 */

export interface Wear {
  /** How much the record's gap, held-out minus validation, has grown since the first incumbent, bits per byte. */
  growth: number;
  /** What runs alone would make of it: the standard error of the growth. */
  noise: number;
}

const FIRST_RUNS = 4;
const BEYOND = 3;

/** Null while the gap cannot be told, or has grown by no more than noise. */
export function wearOf({ history, runs }: Pick<TrackStanding, 'history' | 'runs'>): Wear | null {
  const gaps = gapsOf(runs);
  const first = history[0];
  if (gaps.length < 2 || !first || first.heldoutBpb === null || history.length < 2) return null;
  const growth = mean(gaps) - (first.heldoutBpb - first.valBpb);
  const noise = Math.sqrt(sampleVariance(gaps) * (1 / gaps.length + 1 / FIRST_RUNS));
  return growth > BEYOND * noise ? { growth, noise } : null;
}

function gapsOf(runs: RunResult[]): number[] {
  return runs.flatMap(({ valBpb, heldoutBpb }) =>
    valBpb === null || heldoutBpb === null ? [] : [heldoutBpb - valBpb],
  );
}
