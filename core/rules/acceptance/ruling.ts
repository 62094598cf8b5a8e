import type { Verdict } from '../../formats/run.ts';
import type { Evidence } from './evidence.ts';
import type { MeasuredRun } from './rule.ts';
import { fewestMoreRuns, hiddenEffect, mean } from './statistics.ts';

/** How an experiment ends: the verdict with all that a comment, a check run and a record say of it. */

type Code =
  | 'confirmed' // improved
  | 'worse' // regressed: the interval excludes every gain
  | 'no-gain' // inconclusive: a gain of two sigma is unlikely, a small one is not excluded
  | 'undecided' // inconclusive: exploring ended between its bounds
  | 'not-confirmed' // inconclusive: fresh runs did not show it
  | 'leans-on-one-owner' // inconclusive: without one owner's machines the gain is not shown
  | 'unguided' // inconclusive: too few machines knew the incumbent's answers
  | 'pinned-seed'; // invalid: equal losses or weights under different seeds

export interface Ruling {
  kind: 'verdict';
  verdict: Extract<Verdict, 'improved' | 'regressed' | 'inconclusive' | 'invalid'>;
  code: Code;
  /** The loss that goes on record, bits per byte: the mean of the confirming runs where there are any, else of all. */
  valBpb: number;
  /** The next incumbent's runs when improved: the confirming ones alone, so that luck in exploring is not kept. */
  record: MeasuredRun[];
  evidence: Evidence | null;
  /** The largest gain these runs could still hide, bits per byte; 0 when improved or invalid. */
  couldHide: number;
  /** The fewest further runs that could plausibly change the verdict; null when none within MORE_RUNS_LIMIT would. */
  moreRuns: number | null;
  /** No other owner had a machine: confirmed on the machines of one owner. */
  singleOwner: boolean;
}

/** Whether a difference over so many candidate runs would have gone the other way. */
type Changes = (difference: number, runs: number) => boolean;

const MORE_RUNS_LIMIT = 64;

export function improved(o: {
  fresh: MeasuredRun[];
  evidence: Evidence;
  singleOwner: boolean;
  changes: Changes;
}): Ruling {
  return {
    kind: 'verdict',
    verdict: 'improved',
    code: 'confirmed',
    valBpb: mean(o.fresh.map((run) => run.valBpb)),
    record: o.fresh,
    evidence: o.evidence,
    couldHide: 0,
    moreRuns: moreRuns(o.evidence, o.evidence.effect.low, o.changes),
    singleOwner: o.singleOwner,
  };
}

/** `regressed` only where the interval excludes every gain; all else that does not merge is `inconclusive`. */
export function notMerged(o: {
  runs: MeasuredRun[];
  fresh: MeasuredRun[];
  evidence: Evidence;
  code: 'no-gain' | 'undecided' | 'not-confirmed' | 'leans-on-one-owner' | 'unguided';
  changes: Changes;
}): Ruling {
  const { estimate: difference, standardError } = o.evidence.effect;
  const couldHide = hiddenEffect({ difference, standardError, degrees: o.evidence.degrees });
  return {
    kind: 'verdict',
    verdict: couldHide === 0 ? 'regressed' : 'inconclusive',
    code: couldHide === 0 ? 'worse' : o.code,
    valBpb: mean((o.fresh.length > 0 ? o.fresh : o.runs).map((run) => run.valBpb)),
    record: [],
    evidence: o.evidence,
    couldHide,
    moreRuns: moreRuns(o.evidence, couldHide, o.changes),
    singleOwner: false,
  };
}

export function pinned(runs: MeasuredRun[]): Ruling {
  return {
    kind: 'verdict',
    verdict: 'invalid',
    code: 'pinned-seed',
    valBpb: mean(runs.map((run) => run.valBpb)),
    record: [],
    evidence: null,
    couldHide: 0,
    moreRuns: null,
    singleOwner: false,
  };
}

function moreRuns(evidence: Evidence, plausible: number, changes: Changes): number | null {
  return fewestMoreRuns({
    difference: evidence.effect.estimate,
    runs: evidence.candidateRuns,
    plausible,
    limit: MORE_RUNS_LIMIT,
    changes,
  });
}
