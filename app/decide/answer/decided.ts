import type { Hold } from '../../../core/credits/holds.ts';
import type { Reason } from '../../../core/formats/reasons.ts';
import type { Sponsor } from '../../model/command.ts';
import type { Alarm, CheckWrite, Order, RunAt } from '../../model/effect.ts';
import type { HeadState } from '../../model/snapshot.ts';
import type { Answered } from '../../say/command-reply.ts';
import type { Change } from '../results/commit.ts';
import type { Experiment } from '../state/experiments.ts';
import type { Decision } from './decision.ts';

/** What a step decided, why, and what follows from it. Data alone: `effects.ts` turns it into comment, check runs, labels, commits and runs. */
export interface Decided {
  /** What is said of one file on one track; left out where the pull request stands as it is. */
  says?: Said;
  /** What is said below a verdict that stands; null takes away what is said there. */
  below?: { head: string; section: string | null };
  /** The rules that were asked. None: the check run keeps those it has. */
  reasons: Reason[];
  /** What was found out of runs, for their check runs. */
  checks?: CheckWrite[];
  /** Heads that a push left behind, and how their check run ends. */
  left?: { heads: HeadState[]; title: string; summary: string };
  /** Workflow runs that no machine takes, or no verdict needs any more. */
  cancel?: RunAt[];
  dispatch?: Order[];
  /** A composed file that machines are to fetch. */
  keep?: { blob: string; text: string };
  commit?: Commit | null;
  /** The branches that show frontiers are set right, where they differ. */
  showsFrontiers?: boolean;
  /** Issues that must be there before anything else: after it the bot would not know that they are still to be opened. */
  alarms?: Alarm[];
  /** The pull request is to be open again. */
  reopens?: boolean;
  /** What follows once something new is said: issues, and other pull requests that may go now. */
  whenSaid?: { alarms?: Alarm[]; next?: number[] };
  /** Others that are looked at in any case. */
  look?: { pulls: number[]; incumbents: string[]; heads?: Record<number, string[]> };
  /** Commands of people, and what became of them. */
  replies?: {
    answers: Answered[];
    approved: string | null;
    tracks: string[];
    sponsors: Sponsor[];
    closes: boolean;
  };
  /** More is to be done here, on what has just been written. `retry`: a person's wish to try again is still to be met. */
  again?: boolean | 'retry';
  /** Why nothing is done, where nothing follows. */
  rest?: string;
}

/** A decision about one file on one track. `blob` is '-' where the head carries no file to measure. */
export interface Said {
  decision: Decision;
  blob: string;
  track: string;
  /** Credits that it keeps for itself while it waits, beside what its runs have spent. */
  holds?: Hold[];
  /** Number of its start, where credits were bid when it began. */
  start?: number;
}

/** One commit on main. */
export interface Commit {
  changes: [Change, ...Change[]];
  /** The measured file, and where main gets it; null when no file of main changes. */
  measured?: { path: string; blob: string } | null;
  /** The pull request's head, where main's history is to have it; GitHub then calls the pull request merged. */
  head?: string | null;
  /** Whom the commit names in place of the branch's own commits. */
  coAuthor?: string | null;
}

/** A decision about an experiment, with what was found out of its runs. */
export function saidOf(
  { blob, track, updates }: Experiment,
  decision: Decision,
): Pick<Decided, 'says' | 'checks'> {
  return { says: { decision, blob, track }, checks: updates };
}

/** The same, after other rules had been asked. */
export function after(reasons: Reason[], decided: Decided): Decided {
  return { ...decided, reasons: [...reasons, ...decided.reasons] };
}
