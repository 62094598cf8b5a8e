import { expect, it } from 'vitest';
import * as asked from './asked.ts';
import { type MeasuredRun, RULE } from './rule.ts';

const said = ({ said, code }: { said: string; code: string }) => `${said} ${code}`;
const run: MeasuredRun = { stage: 'explore', seed: 1, owner: 'ada', machine: 'ada.desk', valBpb: 1 };

it('each question passes from its bound on', () => {
  const { exploreBound: bound, incumbentRuns: runs } = RULE;
  expect([runs - 1, runs].map((n) => said(asked.incumbentAsked(n, RULE)))).toEqual([
    'acts too-few',
    'passed enough',
  ]);
  expect([bound, 0, -bound].map((ratio) => said(asked.ratioAsked(ratio, RULE)))).toEqual([
    'passed promising',
    'acts open',
    'refused no-gain',
  ]);
  expect([2.5, 2.49].map((z) => said(asked.ownersAsked({ owner: 'ada', z }, 2.5)))).toEqual([
    'passed stands',
    'refused leans-on-one-owner',
  ]);
});

it('what was left out, subtracted or missed is said', () => {
  expect(said(asked.repeatsAsked([run], []))).toBe('passed none');
  expect(said(asked.repeatsAsked([run, run], [run]))).toBe('passed left-out');
  expect(said(asked.pinnedAsked([run]))).toBe('refused pinned-seed');
  expect(said(asked.offsetsAsked(new Map()))).toBe('passed none');
  expect(asked.offsetsAsked(new Map([['ada.desk', -0.001]]))).toMatchObject({
    code: 'subtracted',
    saw: 'ada.desk -0.0010',
  });
  expect(said(asked.guidedAsked({ enough: true, tooFew: null, unable: [] }))).toBe('passed enough');
  expect(said(asked.guidedAsked({ enough: false, tooFew: ['ada'], unable: [] }))).toBe('acts too-few');
});
