import type { FrontierComposition, FrontierLink } from '../../../../core/formats/frontier.ts';
import { type Reason, reason } from '../../../../core/formats/reasons.ts';
import { COMPOSED, type RecordedEvidence } from '../../../../core/formats/result.ts';
import type { RunResult } from '../../../../core/formats/run.ts';
import { type Rules, recorded, type Wanted } from '../../../../core/rules/acceptance/acceptance.ts';
import { repeatedReports } from '../../../../core/rules/acceptance/repeated.ts';
import { PRIOR_DEGREES, reportedRuns } from '../../../../core/rules/acceptance/rule.ts';
import { certify } from '../../../../core/rules/frontier/certify.ts';
import { headOf, standingOf, standingOfComposition } from '../../../../core/rules/frontier/chain.ts';
import { judgeComposition } from '../../../../core/rules/frontier/composition.ts';
import type { Estimate } from '../../../../core/rules/frontier/estimate.ts';
import { learnGains } from '../../../../core/rules/frontier/gains.ts';
import { type Judgement as Judged, judge, type Seen } from '../../../../core/rules/frontier/judge.ts';
import { meanBpb, signed } from '../../../../core/text/loss.ts';
import { correctedRuns, estimateIn, type FrontierStanding, type Grounds, groundsOf } from './grounds.ts';

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

interface Input {
  author: string;
  /** Scored runs of the file. */
  runs: RunResult[];
  /** Runs of the incumbent, those that came with the pull request included. */
  incumbent: RunResult[];
  standing: FrontierStanding;
  rules: Rules;
}

type Ruled = (FrontierVerdict | Wanted) & { because: Reason[] };

export function judgeOnFrontier(input: Input, of: FrontierCase): Ruled {
  const { sigma } = input.rules;
  if (sigma === undefined) throw new Error('a frontier needs a sigma');
  const grounds = groundsOf(input.standing, sigma);
  return of.kind === 'certification' ? judgeChain(input, of.link, grounds) : judgeFile(input, of, grounds);
}

function judgeFile(
  input: Input,
  of: Exclude<FrontierCase, { kind: 'certification' }>,
  grounds: Grounds,
): Ruled {
  const repeated = repeatedReports(
    reportedRuns(input.runs).toSorted((a, b) => (a.at ?? '').localeCompare(b.at ?? '')),
    { owners: of.owners, onlyOwner: of.owners < 2 && input.rules['few-owners'] === 'accept' },
  );
  const same = (run: RunResult) =>
    repeated.suspects.some(({ seed, machine }) => seed === run.seed && machine === run.machine);
  const counted = input.runs.filter((run) => !same(run));
  const from = of.kind === 'composition' ? of.composition.onto : of.base;
  const known = from === null ? null : estimateIn(grounds, from);
  // Of a file that nobody knows here nothing can be said but how it compares with the head itself.
  const head = headOf(grounds.frontier);
  const base = known === null ? head : { file: from!, estimate: known };
  const asked = (said: Reason['said'], code: string, saw: string) => [reason('frontier', said, code, saw)];
  if (repeated.pinned) {
    const text = 'runs with different seeds gave the same loss or weights: the file ignores its seed';
    const because = asked('refused', 'pinned-seed', text);
    return { ...spoken(input, grounds, null, { verdict: 'invalid', code: 'pinned-seed', text }), because };
  }
  if (counted.length === 0) return explore(1, [], 'not measured yet', []);

  const { calibration, frontier, state } = grounds;
  const given = {
    base: base.estimate,
    runs: correctedRuns(counted, calibration),
    owners: of.owners,
    sigma: calibration.sigma,
    track: learnGains(state.candidates),
  };
  const standing =
    of.kind === 'composition'
      ? standingOfComposition(frontier, of.composition.onto)
      : standingOf(frontier, base.file);
  // A file that has the newest one's changes already is no other file than was measured: the same runs say what it gains there.
  const judged: Judged =
    of.kind === 'composition' && of.composition.blob !== of.composition.from
      ? judgeComposition({ ...given, standing }, { ...of.composition.seen, shown: 0, variance: 1 })
      : judge({ ...given, standing, gains: learnGains(state.candidates, input.author) });
  const saw = `${signed(judged.seen.gain)} expected over ${base.file.slice(0, 12)}, give or take ${judged.seen.deviation.toFixed(5)}`;
  if (judged.kind === 'measure')
    return explore(
      input.runs.length + 1,
      [...new Set([...judged.notOwners, ...repeated.suspects.map(({ owner }) => owner)])],
      judged.why === 'close'
        ? 'one more run may change what is decided'
        : 'another owner measures a striking gain',
      asked('acts', judged.why, saw),
    );
  const guess: Guess = {
    seen: judged.seen,
    base: { file: base.file, estimate: judged.base },
    ...(judged.kind === 'adopt' ? { kind: 'adopt', candidate: judged.candidate } : { kind: judged.kind }),
  };
  const because = asked(judged.kind === 'reject' ? 'refused' : 'passed', judged.kind, saw);
  return { ...spoken(input, grounds, guess, wordsOf(guess, of.kind)), guess, because };
}

/** What is said of a guess. A regression is one where every gain is out of reach (one-sided, 95 %). */
function wordsOf(
  { kind, seen }: Guess,
  of: FrontierCase['kind'],
): { verdict: FrontierVerdict['verdict']; code: string; text: string } {
  const over = of === 'composition' ? 'the file it was put onto' : 'the file it was changed from';
  const expected = `a gain of ${signed(seen.gain)} is expected over ${over} (standard deviation ${seen.deviation.toFixed(5)})`;
  switch (kind) {
    case 'adopt':
      return { verdict: 'adopted', code: 'adopted', text: `${expected}; this is a guess on little evidence` };
    case 'compose':
      return {
        verdict: 'inconclusive',
        code: COMPOSED,
        text: `${expected}; others were adopted meanwhile, so the change is put onto the newest file and measured there`,
      };
    case 'reject':
      return seen.gain + 1.645 * seen.deviation < 0
        ? { verdict: 'regressed', code: 'worse', text: expected }
        : { verdict: 'inconclusive', code: 'no-gain', text: `${expected}, which is too little` };
  }
}

function spoken(
  { runs, incumbent, standing }: Input,
  { calibration }: Grounds,
  guess: Guess | null,
  said: { verdict: FrontierVerdict['verdict']; code: string; text: string },
): FrontierVerdict {
  const { verdict, code, text } = said;
  const common = { kind: 'verdict' as const, verdict, reason: { code, text }, valBpb: meanBpb(runs) };
  if (guess === null) return { ...common, incumbent: standing.incumbent.valBpb, evidence: null };
  const estimate = guess.seen.shown * calibration.sigma;
  const standardError = Math.sqrt(guess.seen.variance) * calibration.sigma;
  return {
    ...common,
    incumbent: standing.incumbent.valBpb,
    evidence: {
      code,
      sigma: calibration.sigma,
      degrees: calibration.degrees,
      candidateRuns: runs.length,
      incumbentRuns: incumbent.length,
      owners: new Set(runs.map((run) => run.owner)).size,
      effect: {
        estimate,
        standardError,
        low: estimate - 1.96 * standardError,
        high: estimate + 1.96 * standardError,
      },
      couldHide: Math.max(0, estimate + 1.645 * standardError),
      moreRuns: null,
      singleOwner: false,
      incumbentLosses: [],
    },
  };
}

function explore(runs: number, notOwners: string[], why: string, because: Reason[]): Ruled {
  const placement = { notOwners, perOwner: Number.MAX_SAFE_INTEGER };
  return { kind: 'measure', stage: 'explore', runs, placement, why, because };
}

function judgeChain(input: Input, link: FrontierLink, grounds: Grounds): Ruled {
  const at = grounds.state.chain.findIndex(({ blob }) => blob === link.blob);
  const chain = grounds.state.chain.slice(0, at + 1);
  const { rules, standing } = input;
  const fresh = input.runs.filter((run) => run.stage === 'confirm');
  const incumbent = reportedRuns(input.incumbent);
  const ended = certify({
    chain: chain.map(({ author }) => ({ author: author.toLowerCase() })),
    candidate: reportedRuns(fresh).toSorted((a, b) => (a.at ?? '').localeCompare(b.at ?? '')),
    incumbent,
    others: standing.others,
    prior: { sigma: rules.sigma!, degrees: PRIOR_DEGREES },
    fewOwners: rules['few-owners'] ?? 'wait',
    head: link.estimate,
    main: grounds.frontier.main.estimate,
    sigma: grounds.calibration.sigma,
  });
  const pulls = chain.map(({ pull }) => pull);
  const names = pulls.map((pull) => `#${pull}`).join(', ');
  if (ended.kind === 'measure') {
    const { evidence, ...wanted } = ended.measure;
    return { ...wanted, because: [reason('chain', 'acts', wanted.stage, `${names}: ${wanted.why}`)] };
  }
  const record = recorded(ended.ruling, incumbent);
  const certified: Certified = { kind: ended.kind, link, pulls, head: ended.head };
  const verdict = { certified: 'improved', refuted: 'not-held', open: 'adopted' } as const;
  const code = ended.kind === 'certified' ? record.code : `chain-${ended.kind}`;
  return {
    ...record,
    verdict: verdict[ended.kind],
    reason: { code, text: `${names}, measured together: ${record.text}` },
    certified,
    because: [reason('chain', 'decided', code, `${names}: ${record.text}`)],
  };
}
