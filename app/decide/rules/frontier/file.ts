import { type Reason, reason } from '../../../../core/formats/reasons.ts';
import { COMPOSED } from '../../../../core/formats/result.ts';
import type { RunResult } from '../../../../core/formats/run.ts';
import { inTurn } from '../../../../core/rules/acceptance/acceptance.ts';
import { repeatedReports } from '../../../../core/rules/acceptance/repeated.ts';
import { reportedRuns } from '../../../../core/rules/acceptance/rule.ts';
import { headOf, standingOf, standingOfComposition } from '../../../../core/rules/frontier/chain.ts';
import { judgeComposition } from '../../../../core/rules/frontier/composition.ts';
import { learnGains } from '../../../../core/rules/frontier/gains.ts';
import { type Judgement as Judged, judge } from '../../../../core/rules/frontier/judge.ts';
import { meanBpb, signed } from '../../../../core/text/loss.ts';
import { correctedRuns, estimateIn, type Grounds } from './grounds.ts';
import type { FrontierCase, FrontierInput, FrontierVerdict, Guess, Ruled } from './judgement.ts';

/** A candidate over what it was changed from, or a composed file over what it was put onto. */
export function judgeFile(
  input: FrontierInput,
  of: Exclude<FrontierCase, { kind: 'certification' }>,
  grounds: Grounds,
): Ruled {
  const repeated = repeatedReports(reportedRuns(inTurn(input.runs)), {
    owners: of.owners,
    onlyOwner: of.owners < 2 && input.rules['few-owners'] === 'accept',
  });
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
  { runs, incumbent, standing }: FrontierInput,
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
