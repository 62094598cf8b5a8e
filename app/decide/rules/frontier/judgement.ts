import type { FrontierComposition, FrontierLink } from '../../../../core/formats/frontier.ts';
import type { Reason } from '../../../../core/formats/reasons.ts';
import type { RecordedEvidence } from '../../../../core/formats/result.ts';
import type { RunResult } from '../../../../core/formats/run.ts';
import type { Rules, Wanted } from '../../../../core/rules/acceptance/acceptance.ts';
import type { Estimate } from '../../../../core/rules/frontier/estimate.ts';
import type { Seen } from '../../../../core/rules/frontier/judge.ts';
import type { FrontierStanding } from './grounds.ts';

/** Which of the frontier's questions an experiment answers. */
export type FrontierCase =
  /** A new file. `base`: what it was changed from. `owners`: how many have a machine for the track. */
  | { kind: 'candidate'; base: string | null; owners: number }
  /** Its change, put onto a newer file. */
  | { kind: 'composition'; composition: FrontierComposition; owners: number }
  /** The head of a chain that is to be certified. */
  | { kind: 'certification'; link: FrontierLink };

/** What follows for the frontier, beside the verdict. */
export type Guess = {
  /** The file that it was compared with, and what is thought of it now. */
  base: { file: string; estimate: Estimate };
  seen: Seen;
} & ({ kind: 'adopt'; candidate: Estimate } | { kind: 'compose' } | { kind: 'reject' });

/** How the certification of a chain ended. */
export interface Certified {
  kind: 'certified' | 'refuted' | 'open';
  link: FrontierLink;
  /** The pull requests of the chain, from main's child to the link. */
  pulls: number[];
  head: Estimate;
}

/** What each end makes of the chain's files. */
export const CHAIN_VERDICT = { certified: 'improved', refuted: 'not-held', open: 'adopted' } as const;

export interface FrontierVerdict {
  kind: 'verdict';
  verdict: 'adopted' | 'inconclusive' | 'regressed' | 'improved' | 'not-held' | 'invalid';
  reason: { code: string; text: string };
  valBpb: number;
  /** The loss of main's record. */
  incumbent: number;
  evidence: RecordedEvidence | null;
  guess?: Guess;
  certified?: Certified;
}

/** What a judgement on the frontier is made of. */
export interface FrontierInput {
  author: string;
  /** Scored runs of the file. */
  runs: RunResult[];
  /** Runs of the incumbent, those that came with the pull request included. */
  incumbent: RunResult[];
  standing: FrontierStanding;
  rules: Rules;
}

export type Ruled = (FrontierVerdict | Wanted) & { because: Reason[] };
