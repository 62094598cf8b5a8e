import type { ExperimentResult } from '../../../core/formats/result.ts';
import type { HeadState } from '../../model/snapshot.ts';
import type { Payer } from '../rules/spending/committed.ts';

/** What becomes of a measured file, and of the pull request that brought it. */
export interface Outcome {
  result: ExperimentResult;
  /** What becomes of the measured file, or of the pull request. */
  consequence:
    | 'merged'
    /** It moved main, and another one has since. */
    | 'overtaken'
    | 'ready'
    /** On the frontier: it waits for its chain to be certified. */
    | 'adopted'
    /** Certified with its chain. */
    | 'chain'
    | 'closed'
    /** It moves nothing, and the pull request is merged for another track. */
    | 'kept'
    | 'was-closed'
    /** A person merged it before its verdict. */
    | 'hand-merged'
    | 'was-draft'
    | 'other-base'
    /** Improved; today's incumbent asks for more runs than it has. */
    | 'too-few-runs'
    /** Improved, and its track is no longer configured. */
    | 'no-track'
    | 'superseded';
  /** Its chain is to be certified, and too few owners beside its authors lend a machine. */
  lacksOwners?: boolean;
  /** Main had moved since the branch began, and the measured file was put on main's present tree. */
  stale: boolean;
  /** Main has the measured file and not the commits of the branch. */
  apart?: boolean;
  /** Who was not charged for runs that started before their turn: the accounts had less by then. */
  unpaid?: Payer[];
  /** Earlier heads of the pull request that have verdicts. */
  earlier: HeadState[];
}
