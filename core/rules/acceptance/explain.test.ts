import { describe, expect, it } from 'vitest';
import { headline, inWords, plot } from './explain.ts';
import type { Case, MeasuredRun } from './rule.ts';
import { decide } from './sequential.ts';

let seed = 0;
const run = (stage: MeasuredRun['stage'], owner: string, valBpb: number): MeasuredRun => ({
  stage,
  owner,
  machine: `${owner}-1`,
  valBpb,
  seed: seed++,
});
const owners = ['ada', 'bell', 'cori', 'dee'];
const spread = (stage: MeasuredRun['stage'], ...losses: number[]) =>
  losses.map((loss, i) => run(stage, owners[i % 4]!, loss));

const incumbent = spread('baseline', 0.9801, 0.9808, 0.9802, 0.9797, 0.9795, 0.9796, 0.9803, 0.9798);
const ruled = (candidate: MeasuredRun[], over: Partial<Case> = {}) => {
  const decision = decide({
    author: 'nova',
    candidate,
    incumbent,
    others: [],
    prior: { sigma: 0.001, degrees: 8 },
    fewOwners: 'wait',
    ...over,
  });
  if (decision.kind !== 'verdict') throw new Error(`not decided: ${decision.why}`);
  return decision;
};

describe('a ruling in plain words', () => {
  it('describes an improvement with its error, runs and owners', () => {
    const fresh = spread('confirm', 0.9764, 0.9761, 0.9768, 0.9759);
    const ruling = ruled([run('explore', 'ada', 0.9775), ...fresh]);
    expect(headline(ruling)).toBe('improved by 0.0037 +- 0.00048 (4 runs, 4 owners)');
    expect(inWords(ruling)).toContain('stands without any one owner');
  });

  it('marks what a single owner confirmed', () => {
    const fresh = [0.9764, 0.9761, 0.9768, 0.9759].map((loss) => run('confirm', 'ada', loss));
    const ruling = ruled([run('explore', 'ada', 0.9775), ...fresh], { fewOwners: 'accept' });
    expect(headline(ruling)).toMatch(/\(4 runs, 1 owner\), single owner$/);
    expect(inWords(ruling)).toContain('single owner');
  });

  it('distinguishes a hopeless regression from an inconclusive run that may hide a gain', () => {
    const worse = ruled([run('explore', 'ada', 0.99)]);
    expect(headline(worse)).toMatch(/^regressed: worse by 0\.0100 \+- 0\.00084 \(1 run, 1 owner\)$/);
    expect(inWords(worse)).not.toContain('could still hide');

    const open = ruled([run('explore', 'ada', 0.9803)]);
    expect(headline(open)).toMatch(/^inconclusive: worse by 0\.00030/);
    expect(inWords(open)).toMatch(
      /A gain of up to 0\.00\d+ could still hide\. \d+ further runs? could change this/,
    );
  });

  it('says what a pinned seed is', () => {
    const ruling = ruled(owners.map((owner) => run('explore', owner, 0.9789)));
    expect(headline(ruling)).toContain('invalid');
    expect(inWords(ruling)).toContain('ignores its seed');
  });
});

it('plots candidate against incumbent on one axis', () => {
  const lines = plot([0.97, 0.97], [0.98, 0.99], 21).split('\n');
  expect(lines).toEqual([
    'candidate  2',
    'incumbent            o    |    o',
    '           0.9700         0.9900',
  ]);
});
