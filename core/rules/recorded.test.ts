import { expect, it } from 'vitest';
import { resultOf } from '../../testing/examples/result.ts';
import { run } from '../../testing/examples/run.ts';
import { type Reason, reasonSchema } from '../formats/reasons.ts';
import { type ExperimentResult, resultSchema } from '../formats/result.ts';
import { recordedReasons } from './recorded.ts';

const evidence: NonNullable<ExperimentResult['evidence']> = {
  ...{ code: 'confirmed', sigma: 0.001, degrees: 24, candidateRuns: 4, incumbentRuns: 16, owners: 3 },
  effect: { estimate: 0.0021, standardError: 0.0006, low: 0.0009, high: 0.0033 },
  ...{ couldHide: 0, moreRuns: null, singleOwner: false, incumbentLosses: [1, 1.001] },
};
const told = (change: Partial<ExperimentResult>) => {
  const tree = recordedReasons(resultSchema.parse(resultOf(change)));
  expect(reasonSchema.safeParse(tree).success).toBe(true);
  const flat = (one: Reason): Reason[] => [one, ...one.because.flatMap(flat)];
  return flat(tree).map(({ rule, said, code, saw }) => `${rule} ${said} ${code}: ${saw}`);
};

it('says of a record what was compared, what came out, and who checked it', () => {
  const hash = 'd'.repeat(64);
  const lines = told({
    ...{
      verdict: 'improved',
      reason: { code: 'confirmed', text: 'Fresh runs confirmed the gain' },
      evidence,
    },
    incumbent: { pull: 12, blob: 'a'.repeat(40), valBpb: 1 },
    runs: [
      run(0.998),
      run(0.9975, { stage: 'confirm', owner: 'bo', probes: { count: 9, guided: true, penaltyBpb: 0 } }),
    ],
    rescores: [
      { of: 100, weights: hash, claims: hash, runs: [run(0.998, { stage: 'rescore' })], outcome: 'agreed' },
    ],
    audits: [
      {
        of: 100,
        why: 'share',
        runs: [run(1.2, { stage: 'audit' })],
        outcome: 'outlier',
        outlier: 'ada.desk',
      },
    ],
  });
  expect(lines).toEqual([
    'verdict decided improved: cpu: Fresh runs confirmed the gain',
    'runs passed all: 2 runs on machines of 2 owners; the verdict counts 4',
    'run passed scored: explore 1: 0.9980 by ada on ada.desk',
    'run passed scored: confirm 1: 0.9975 by bo on ada.desk',
    'incumbent-runs passed compared: the record of then: #12 at 1.0000, 16 runs',
    'gain passed confirmed: +0.0021 (better is positive) with a standard error of 0.0006, 3.50 times its standard error; 95 %: +0.0009 to +0.0033; one run spreads by 0.00100 (24 degrees of freedom)',
    'no-owner-alone passed stands: the gain stands without any one of 3 owners',
    'guided passed enough: 1 of 1 run knew the incumbent’s answers',
    "certificate passed agreed: run 100: weights scored once more on another owner's machine: the same loss",
    'run passed scored: rescore 1: 0.9980 by ada on ada.desk',
    'audits passed ordered: 1 repeat on machines of others',
    'run refused outlier: run 100 repeated (share); ada.desk stands alone',
    'run passed scored: audit 1: 1.2000 by ada on ada.desk',
  ]);
});

it('says of a refusal what could still hide, of a run that it does not count, of a chain who stood together', () => {
  const refused = told({
    verdict: 'inconclusive',
    evidence: { ...evidence, code: 'leans-on-one-owner', couldHide: 0.0031, moreRuns: 5 },
    runs: [run(1), run(1.1, { discounted: 'ada.desk is an outlier' }), run(null)],
  });
  expect(refused).toContainEqual(
    expect.stringMatching(/^gain refused .*0\.0031 could still hide; 5 further runs could change/),
  );
  expect(refused).toContainEqual(expect.stringMatching(/^no-owner-alone refused leans-on-one-owner/));
  expect(refused).toContainEqual(
    expect.stringMatching(/^run refused discounted: .*it does not count: ada\.desk is an outlier/),
  );
  expect(refused).toContainEqual(expect.stringMatching(/^run passed crashed: explore 1: crashed/));
  const chain = told({
    verdict: 'not-held',
    chain: { pulls: [40, 41], head: { pull: 41, blob: 'b'.repeat(40) } },
    base: { pull: null, blob: 'a'.repeat(40), valBpb: 0.9 },
    composedFrom: 'c'.repeat(40),
    evidence: { ...evidence, code: 'An old code', effect: { ...evidence.effect, standardError: 0 } },
  });
  expect(chain).toContain(
    'frontier passed base: its change was put onto the first file at 0.9000, as it was expected',
  );
  expect(chain).toContain('chain decided refuted: #40, #41 were measured together by fresh runs of #41');
  expect(chain.find((line) => line.startsWith('gain'))).not.toMatch(/Infinity|NaN|times/);
});

it('says no more than there is of a file that failed', () => {
  expect(told({ verdict: 'crashed', valBpb: null, runs: [run(null)] })).toEqual([
    'verdict decided crashed: cpu: worse',
    'runs passed all: 1 run on machines of 1 owner',
    'run passed crashed: explore 1: crashed by ada on ada.desk',
  ]);
});
