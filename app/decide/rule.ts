import type { RunRecord } from '../../results/schema.ts';
import type { NoisePrior } from './statistics.ts';

/** One scored run as the rule sees it. Owner and machine are GitHub's own account of the job. */
export interface MeasuredRun {
  stage: 'baseline' | 'explore' | 'confirm' | 'audit';
  seed: number;
  owner: string;
  machine: string;
  /** Validation loss, bits per byte. */
  valBpb: number;
}

/** The runs of a record or leaderboard that carry a loss. */
export function scoredRuns(runs: readonly RunRecord[]): MeasuredRun[] {
  return runs.flatMap(({ stage, seed, owner, machine, outcome, valBpb }) =>
    outcome === 'scored' && valBpb !== null ? [{ stage, seed, owner, machine, valBpb }] : [],
  );
}

/** The numbers of the acceptance rule. docs/acceptance.md says where they come from and what they buy. */
export interface Rule {
  /** Runs of the incumbent before the first verdict. */
  incumbentRuns: number;
  /** The gain that exploring looks for, in sigmas. */
  effectSigmas: number;
  /** |log-likelihood ratio| at which exploring ends. */
  exploreBound: number;
  exploreRuns: number;
  /** Fresh runs that confirm; as many again when the first ones lean on one owner. */
  confirmRuns: number;
  confirmZ: number;
  /** What all runs together must reach. */
  allZ: number;
  /** What must be left of it without any one owner's runs. */
  othersZ: number;
}

export const RULE: Rule = {
  incumbentRuns: 4,
  effectSigmas: 2,
  exploreBound: 1.5,
  exploreRuns: 4,
  confirmRuns: 4,
  confirmZ: 1.0,
  allZ: 2.33,
  othersZ: 2.33,
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
