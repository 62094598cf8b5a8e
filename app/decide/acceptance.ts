import type { RunRecord } from '../../results/schema.ts';
import type { TrackConfig } from '../model/config.ts';

/**
 * The seam where runs become a verdict. One run decides against the track's margin; a rule of several runs answers
 * `measure` until it is sure.
 */

export interface Case {
  /** Scored runs of the candidate, in order. */
  candidate: RunRecord[];
  /** Scored runs of the incumbent. */
  incumbent: RunRecord[];
  track: Pick<TrackConfig, 'margin'>;
}

export type Ruling =
  /** `runs`: how many of this stage there must be, those at hand included. */
  | { kind: 'measure'; stage: 'explore' | 'confirm'; runs: number }
  | {
      kind: 'verdict';
      verdict: 'improved' | 'regressed' | 'inconclusive';
      code: string;
      text: string;
      /** The value that was compared, and the incumbent's, bits per byte. */
      valBpb: number;
      incumbent: number;
    };

/** How many scored runs of main's own file make a track's first incumbent. */
export const BASELINE_RUNS = 1;

export function meanBpb(runs: RunRecord[]): number {
  const values = runs.flatMap((run) => run.valBpb ?? []);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function bpb(value: number): string {
  return value.toFixed(4);
}

export function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
}

export function decide({ candidate, incumbent, track }: Case): Ruling {
  if (candidate.length === 0) return { kind: 'measure', stage: 'explore', runs: 1 };
  const valBpb = meanBpb(candidate);
  const holder = meanBpb(incumbent);
  const gain = holder - valBpb;
  const values = { kind: 'verdict' as const, valBpb, incumbent: holder };
  // Written so that a NaN could never improve.
  if (gain >= track.margin)
    return {
      ...values,
      verdict: 'improved',
      code: 'beats-margin',
      text: `better than the incumbent by ${bpb(gain)} bits per byte, at least the margin of ${track.margin}`,
    };
  if (gain > 0)
    return {
      ...values,
      verdict: 'inconclusive',
      code: 'within-margin',
      text: `better than the incumbent by ${bpb(gain)} bits per byte, which is less than the margin of ${track.margin}: luck alone can do that`,
    };
  return {
    ...values,
    verdict: 'regressed',
    code: 'no-gain',
    text: `not better than the incumbent: ${bpb(-gain)} bits per byte worse`,
  };
}
