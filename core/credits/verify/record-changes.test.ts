import { describe, expect, it } from 'vitest';
import { resultOf } from '../../../testing/examples/result.ts';
import { run } from '../../../testing/examples/run.ts';
import type { ExperimentResult, Paid } from '../../formats/result.ts';
import { wrongIn, wrongWithin } from './record-changes.ts';

const before = resultOf({
  ...{ authorId: 7, runs: [run(2.5, { runId: 1 }), run(2.6, { runId: 2 })], diff: '+ width = 3\n' },
  curve: [{ step: 1, seconds: 1, loss: 5 }],
});
const pays = (runId: number, change: Partial<Paid> = {}): Paid => ({
  ...{ runId, account: '#7', login: 'ada', milli: 1000, for: 'bid' as const },
  ...change,
});

describe('where nothing was measured', () => {
  it.each<[string, Partial<ExperimentResult>]>([
    ['the change', { diff: '+ width = 4\n' }],
    ['the curve', { curve: [{ step: 1, seconds: 1, loss: 4 }] }],
    ['the commit', { head: 'b'.repeat(40) }],
    ['the digest of the file', { content: 'c'.repeat(64) }],
    ['the file that it comes from', { composedFrom: 'd'.repeat(40) }],
    ['what is a stranger’s words', { untrusted: [] }],
    ['the log', { authorText: { ...before.authorText, log: 'all went well' } }],
    ['the author’s number', { authorId: 8 }],
  ])('%s stays', (_what, change) => {
    expect(wrongIn(before, { ...before, ...change })).toHaveLength(1);
  });

  it('insights and what was paid may be added, and the number of the author where it was not known', () => {
    const { authorId: _, ...old } = before;
    const insights = [{ untrusted: true as const, author: 'nova', at: before.decidedAt, text: 'so' }];
    expect(wrongIn(old, { ...before, insights, paid: [pays(1)] })).toEqual([]);
  });
});

describe('a result by itself', () => {
  it('lists a run again as it is, with another mark at most', () => {
    const rescores = [
      { ...{ of: 1, weights: null, claims: null }, runs: [before.runs[0]!], outcome: 'agreed' as const },
    ];
    const marked = {
      ...before,
      rescores,
      runs: [{ ...before.runs[0]!, discounted: 'outlier' }, before.runs[1]!],
    };
    expect(wrongWithin(marked)).toEqual([]);
    const stolen = [{ ...rescores[0]!, runs: [{ ...before.runs[0]!, owner: 'eve' }] }];
    expect(wrongWithin({ ...before, rescores: stolen })).toHaveLength(1);
  });

  it('says once who paid for a run, and of its own runs alone', () => {
    const sponsors = [pays(1, { for: 'sponsor' }), pays(1, { for: 'sponsor', account: '#8' })];
    expect(wrongWithin({ ...before, paid: [pays(1), ...sponsors, pays(2)] })).toEqual([]);
    expect(wrongWithin({ ...before, paid: [pays(1), pays(1, { account: '#8' })] })).toHaveLength(1);
    expect(wrongWithin({ ...before, paid: [...sponsors, sponsors[1]!] })).toHaveLength(1);
    expect(wrongWithin({ ...before, paid: [pays(3)] })).toHaveLength(1);
  });
});
