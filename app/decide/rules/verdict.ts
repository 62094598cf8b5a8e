import type { TrackStanding } from '../../../core/formats/leaderboard.ts';
import { sayReason } from '../../../core/formats/reason.ts';
import { reason as answer, type Reason } from '../../../core/formats/reasons.ts';
import { type RecordedEvidence, type Rescore, WITHDRAWN } from '../../../core/formats/result.ts';
import { RUNS_KEPT, type RunResult, UNSAID, type Verdict } from '../../../core/formats/run.ts';
import { decide, type Rules, type Wanted } from '../../../core/rules/acceptance/acceptance.ts';
import type { Conflict } from '../../../core/text/merge.ts';
import type { RunFacts } from '../../model/state.ts';
import { DECIDED } from '../../say/result-reasons.ts';
import { judgeOnFrontier } from './frontier/judge.ts';
import type { Certified, FrontierCase, Guess } from './frontier/judgement.ts';

/** What the facts of an experiment's runs amount to. */
export interface Judgement {
  kind: 'verdict';
  verdict: Verdict;
  reason: { code: string; text: string };
  valBpb: number | null;
  /** The loss it was compared with, bits per byte. */
  incumbent: number;
  evidence: RecordedEvidence | null;
  /** Scorings of its weights on other owners' machines; none where nothing improved. */
  rescores?: Rescore[];
  /** Why runs do not count, by workflow run. */
  discounted?: Map<number, string>;
  /** Machines that others' scorings found to lie. */
  liars?: string[];
  /** What follows for the track's frontier. */
  guess?: Guess;
  /** Why its change could not be put onto the newest file. */
  conflict?: { onto: string; since: number[]; places: Conflict[] };
  /** How the certification of a chain ended. */
  certified?: Certified;
}

/** What a judgement is made of. */
export interface VerdictInput {
  /** GitHub login of the pull request's author. */
  author: string;
  /** In the order of the runs. */
  facts: RunFacts[];
  /** Runs of the incumbent that the pull request carries and the leaderboard does not know yet. */
  incumbentRuns: RunResult[];
  standing: TrackStanding;
  rules: Rules;
  /** On a track with a frontier: what is asked of the file. */
  frontier?: FrontierCase;
}

/** The words for a run whose report gives no reason. */
const FAILURES = {
  crashed: { verdict: 'crashed', code: 'exception' },
  'out-of-memory': { verdict: 'crashed', code: 'out-of-memory' },
  timeout: { verdict: 'timeout', code: 'over-budget' },
  diverged: { verdict: 'diverged', code: 'diverged' },
  invalid: { verdict: 'invalid', code: 'refused-by-referee' },
} as const;

export function judge(input: VerdictInput): (Judgement | Wanted) & { because: Reason[] } {
  const { facts, standing } = input;
  const failed = facts.find((one) => one.run.outcome !== 'scored');
  if (failed && failed.run.outcome !== 'scored') {
    const { verdict, code } = FAILURES[failed.run.outcome];
    const reason = failed.reason
      ? { code: failed.reason.code, text: sayReason(failed.reason) }
      : { code, text: UNSAID[code] };
    const { stage, ordinal } = failed.run;
    return {
      kind: 'verdict',
      verdict,
      reason,
      because: [answer('run', 'refused', reason.code, `${stage} ${ordinal} has no loss: ${reason.text}`)],
      valBpb: null,
      incumbent: standing.incumbent.valBpb,
      evidence: null,
    };
  }
  const incumbent = withRuns(standing.runs, input.incumbentRuns);
  if (input.frontier) {
    const runs = facts.map((one) => one.run);
    return judgeOnFrontier({ ...input, runs, incumbent }, input.frontier);
  }
  const ruling = decide({
    author: input.author.toLowerCase(),
    candidate: facts.map((one) => one.run),
    incumbent,
    others: standing.others,
    rules: input.rules,
  });
  if (ruling.kind === 'measure') return ruling;
  const { verdict, code, text, valBpb, evidence, because } = ruling;
  const reason = { code, text };
  return { kind: 'verdict', verdict, reason, valBpb, incumbent: ruling.incumbent, evidence, because };
}

/** What is known decides when nothing more may be measured. */
export function judgeAsItIs(input: VerdictInput, why: string): Judgement {
  const judgement = judge(input);
  return judgement.kind === 'verdict' ? judgement : undecided(input, why);
}

/** @param before what was still to come */
export function withdrawn(input: VerdictInput, before: 'measured' | 'scored'): Judgement {
  return undecided(input, DECIDED.withdrawn(before));
}

function undecided(input: VerdictInput, why: string): Judgement {
  return {
    kind: 'verdict',
    verdict: 'inconclusive',
    reason: { code: WITHDRAWN, text: why },
    valBpb: input.facts[0]?.run.valBpb ?? null,
    incumbent: input.standing.incumbent.valBpb,
    evidence: null,
  };
}

/** Known runs and fresh ones, each workflow run once, the last of them. */
export function withRuns(known: RunResult[], fresh: RunResult[]): RunResult[] {
  const ids = new Set(known.map((run) => run.runId));
  return [...known, ...fresh.filter((run) => !ids.has(run.runId))].slice(-RUNS_KEPT);
}
