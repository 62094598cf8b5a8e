import { RUNS_KEPT, type RunResult } from '../../formats/run.ts';
import type { NoisePrior } from './statistics.ts';

/** One scored run as the rule sees it. Owner and machine are GitHub's own account of the job. */
export interface MeasuredRun {
  stage: 'baseline' | 'explore' | 'confirm' | 'audit' | 'rescore';
  seed: number;
  owner: string;
  machine: string;
  /** GitHub's number of the owner, where the machine is lent. */
  ownerId?: number | undefined;
  /** What it was measured with, where that is known. */
  device?: string | undefined;
  powerWatts?: number | undefined;
  /** Validation loss, bits per byte. */
  valBpb: number;
  heldoutBpb?: number | null;
  /** Digest of the weights that were scored. */
  weights?: string | undefined;
  /** Whether a part of its probes followed the gain over the incumbent; undefined where it is unknown, as in old results. */
  guided?: boolean | undefined;
  /** When it ended, ISO 8601. */
  at?: string;
}

/** The runs of a record or leaderboard that carry a loss. */
export function scoredRuns(runs: readonly RunResult[]): MeasuredRun[] {
  return runs.flatMap(({ stage, seed, owner, ownerId, machine, device, powerWatts, outcome, valBpb }) => {
    if (outcome !== 'scored' || valBpb === null) return [];
    const more = {
      ...(ownerId !== undefined && { ownerId }),
      ...(powerWatts !== undefined && { powerWatts }),
    };
    return [{ stage, seed, owner, machine, device, valBpb, ...more }];
  });
}

/** The same with when they ended, how they were probed, and all by which a report is known that repeats another. */
export function reportedRuns(runs: readonly RunResult[]): MeasuredRun[] {
  return runs.flatMap((run) => {
    const { heldoutBpb, weights, probes, at } = run;
    const more = { heldoutBpb, weights, guided: probes?.guided, at };
    return scoredRuns([run]).map((measured) => ({ ...measured, ...more }));
  });
}

/** The numbers of the acceptance rule. docs/acceptance.md says where they come from and what they buy. */
export interface Rule {
  /** Runs of the incumbent before the first verdict, and by others than any one owner before a gain counts. */
  incumbentRuns: number;
  /** Runs of the incumbent for each confirming run, while a gain is promising and not shown, up to those that are kept. */
  incumbentPerConfirm: number;
  incumbentKept: number;
  /** The gain that exploring looks for, in sigmas. */
  effectSigmas: number;
  /** |log-likelihood ratio| at which exploring ends. */
  exploreBound: number;
  exploreRuns: number;
  /** Fresh runs that confirm, in a round. */
  confirmRuns: number;
  /** What the fresh runs alone must reach. */
  confirmZ: number;
  /** What all runs must reach at the look after each round, as many rounds as there are figures; falling, since each look is a chance. */
  shownZ: readonly number[];
  /** Whether the same must be left without any one owner's runs; off only to measure what that costs. */
  noOwnerAlone: boolean;
  /** Below this, over all runs, a gain is no longer promising. */
  promisingZ: number;
}

export const RULE: Rule = {
  incumbentRuns: 4,
  incumbentPerConfirm: 2,
  incumbentKept: RUNS_KEPT,
  effectSigmas: 2,
  exploreBound: 0.8,
  exploreRuns: 4,
  confirmRuns: 4,
  confirmZ: 1.0,
  shownZ: [2.5, 2.4, 2.33, 2.33],
  noOwnerAlone: true,
  promisingZ: 1.5,
};

/** The prior weighs as much as eight degrees of freedom: two bootstraps of a track outweigh it. */
export const PRIOR_DEGREES = 8;

/** All that a decision may look at. */
export interface Case {
  /** GitHub login of the pull request's author, whose machines confirm nothing of theirs. */
  author: string;
  /** The candidate's scored runs in the order they ended. */
  candidate: readonly MeasuredRun[];
  /** The incumbent's scored runs, at most the last 16. */
  incumbent: readonly MeasuredRun[];
  /** Scored runs of files that held the track's record before, one array a file: they teach sigma. */
  others: readonly (readonly MeasuredRun[])[];
  prior: NoisePrior;
  /** What to do while a track has fewer than two owners beside the author. */
  fewOwners: 'wait' | 'accept';
  rule?: Rule;
}
