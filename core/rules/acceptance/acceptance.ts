import type { TrackConfig } from '../../formats/config.ts';
import { type Reason, reason } from '../../formats/reasons.ts';
import type { RecordedEvidence } from '../../formats/result.ts';
import type { RunResult } from '../../formats/run.ts';
import { bpb, meanBpb } from '../../text/loss.ts';
import { inWords } from './explain.ts';
import { decideByMargin } from './margin.ts';
import { ANYWHERE, type Placement } from './owners.ts';
import { repeatedReports } from './repeated.ts';
import { type MeasuredRun, PRIOR_DEGREES, RULE, reportedRuns } from './rule.ts';
import type { Ruling as SequentialRuling } from './ruling.ts';
import { decide as decideSequentially } from './sequential.ts';
import { mean } from './statistics.ts';

/** The seam where runs become a verdict: by the sequential rule where the track has a `sigma`, else one run by the `margin`. */

export type Rules = Pick<TrackConfig, 'margin' | 'sigma' | 'few-owners' | 'owners'> &
  Partial<Pick<TrackConfig, 'frontier'>>;

export interface Case {
  /** GitHub login of the pull request's author. */
  author: string;
  /** Scored runs of the candidate. */
  candidate: RunResult[];
  /** Scored runs of the incumbent. */
  incumbent: RunResult[];
  /** Runs of files that held the record before. */
  others: MeasuredRun[][];
  rules: Rules;
}

export interface Wanted {
  kind: 'measure';
  stage: 'baseline' | 'explore' | 'confirm';
  /** How many runs of this stage there must be, finished ones included; for `baseline`, of the incumbent in all. */
  runs: number;
  placement: Placement;
  why: string;
}

export interface Verdict {
  kind: 'verdict';
  verdict: SequentialRuling['verdict'];
  code: string;
  text: string;
  /** The value that was compared, and the incumbent's, bits per byte. */
  valBpb: number;
  incumbent: number;
  evidence: RecordedEvidence | null;
}

/** `because`: the questions that the rule asked, with their answers. */
export type Ruling = (Wanted | Verdict) & { because: Reason[] };

/** How many scored runs of main's own file make a track's first incumbent. */
export function firstIncumbentRuns(rules: Rules): number {
  return rules.sigma === undefined ? 1 : RULE.incumbentRuns;
}

/** Runs whose report repeats an earlier one under another seed, and that do not count for it. */
export function repeatingRuns(candidate: RunResult[]): RunResult[] {
  const scored = candidate.flatMap((run) => (run.valBpb === null ? [] : [{ ...run, valBpb: run.valBpb }]));
  return repeatedReports(inTurn(scored), { owners: 1, onlyOwner: false }).suspects;
}

/** In the order they ended: who repeats a report is the later one. */
export function inTurn<R extends RunResult>(runs: readonly R[]): R[] {
  return runs.toSorted((a, b) => a.at.localeCompare(b.at));
}

export function decide(given: Case): Ruling {
  const { candidate, incumbent, rules } = given;
  if (rules.sigma === undefined) {
    if (candidate.length === 0)
      return {
        kind: 'measure',
        stage: 'explore',
        runs: 1,
        placement: ANYWHERE,
        why: 'not measured yet',
        because: [],
      };
    const decided = decideByMargin(meanBpb(candidate), meanBpb(incumbent), rules.margin ?? Number.NaN);
    const { valBpb, incumbent: best } = decided;
    const gain = reason(
      'gain',
      decided.verdict === 'improved' ? 'passed' : 'refused',
      decided.code,
      `${bpb(valBpb)} against ${bpb(best)}; the margin is ${rules.margin}`,
    );
    return { ...decided, kind: 'verdict', evidence: null, because: [gain] };
  }
  const measured = reportedRuns(incumbent);
  const ruling = decideSequentially({
    author: given.author,
    candidate: reportedRuns(inTurn(candidate)),
    incumbent: measured,
    others: given.others,
    prior: { sigma: rules.sigma, degrees: PRIOR_DEGREES },
    fewOwners: rules['few-owners'] ?? 'wait',
  });
  return ruling.kind === 'measure' ? ruling : { ...recorded(ruling, measured), because: ruling.because };
}

/** A ruling of the sequential rule as it goes on record. @param incumbent the runs it was compared with */
export function recorded(ruling: SequentialRuling, incumbent: readonly MeasuredRun[]): Verdict {
  const { verdict, code, valBpb, couldHide, moreRuns, singleOwner, evidence } = ruling;
  const losses = incumbent.map((run) => run.valBpb);
  return {
    kind: 'verdict',
    verdict,
    code,
    text: inWords(ruling).replace(/\.$/, ''),
    valBpb,
    incumbent: evidence?.incumbentMean ?? mean(losses),
    evidence: evidence && {
      code,
      sigma: evidence.sigma,
      degrees: evidence.degrees,
      candidateRuns: evidence.candidateRuns,
      incumbentRuns: evidence.incumbentRuns,
      owners: evidence.owners,
      effect: evidence.effect,
      couldHide,
      moreRuns,
      singleOwner,
      incumbentLosses: losses,
    },
  };
}
