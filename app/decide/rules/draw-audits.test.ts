import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { board } from '../../../testing/examples/leaderboard.ts';
import { NOW } from '../../../testing/examples/names.ts';
import { run } from '../../../testing/examples/run.ts';
import { drawAudits } from './draw-audits.ts';

const machine = (owner: string, jobs: number) => ({
  owner,
  jobs,
  lastSeen: NOW,
  outliers: [],
  unvouched: [],
});
const track = (jobs: number) => ({ ...board.tracks.cpu!, machines: { 'eve.box': machine('eve', jobs) } });
const spread = {
  count: 3,
  mean: 2,
  median: 2,
  standardDeviation: 0.1,
  p1: 2,
  p5: 2,
  p95: 2,
  p99: 2,
  residuals: [],
};
const run1 = run(2, { runId: 1, owner: 'eve', machine: 'eve.box' });
const NEVER = [{ seed: 1, nonce: 'f'.repeat(32) }];
const ALWAYS = [{ seed: 1, nonce: '0'.repeat(32) }];

describe('which runs are repeated elsewhere', () => {
  const record = { runs: [run1], distribution: null, author: 'nova' };
  const owners = ['ada', 'bob', 'cleo', 'eve'];

  it('are those among the first ten jobs of their machine', () => {
    const draw = (jobs: number) =>
      drawAudits({ result: record, before: track(jobs), owners, fresh: NEVER, audits: undefined });
    expect(draw(9)).toMatchObject([{ of: 1, why: 'probation', outcome: 'open' }]);
    expect(draw(10)).toEqual([]);
  });

  it('counts the runs of one experiment one after the other', () => {
    const runs = [1, 2, 3].map((runId) => ({ ...run1, runId }));
    const drew = drawAudits({
      result: { ...record, runs },
      before: track(8),
      owners,
      fresh: NEVER,
      audits: undefined,
    });
    expect(drew.map((audit) => audit.of)).toEqual([1, 2]);
  });

  it('are afterwards drawn at random', () => {
    const draw = (fresh: typeof ALWAYS) =>
      drawAudits({ result: record, before: track(50), owners, fresh, audits: undefined });
    expect(draw(ALWAYS)).toMatchObject([{ why: 'share' }]);
    expect(draw(NEVER)).toEqual([]);
  });

  it('are those whose colour calls for it, failed runs left out of the count', () => {
    const runs = [
      run(null, { ...run1, runId: 1, valBpb: null }),
      ...[2, 3].map((runId) => ({ ...run1, runId })),
    ];
    const distribution = { ...spread, colours: ['none' as const, 'red' as const] };
    const drew = drawAudits({
      result: { ...record, runs, distribution },
      before: track(50),
      owners,
      fresh: NEVER,
      audits: undefined,
    });
    expect(drew).toMatchObject([{ of: 3, why: 'colour' }]);
  });

  it('are none where only the owner and the author have machines, or where audits are switched off', () => {
    const alone = { result: record, before: track(0), fresh: ALWAYS, audits: undefined };
    expect(drawAudits({ ...alone, owners: ['eve', 'nova'] })).toEqual([]);
    const off = { 'probation-jobs': 0, share: 0 };
    expect(drawAudits({ ...alone, owners, audits: off })).toEqual([]);
  });
});

describe('the draw', () => {
  const owners = Array.from({ length: 50 }, (_, i) => `owner-${i}`);
  const result = { runs: [run1], distribution: null, author: 'nova' };
  const drawn = (o: Partial<Parameters<typeof drawAudits>[0]>) =>
    drawAudits({ result, before: track(50), owners, fresh: NEVER, audits: undefined, ...o });
  const audits = (share: number, jobs = 0) => ({ 'probation-jobs': jobs, share });

  it('is uniform: a run is repeated when its 32 bits lie below the share, each run by bits of its own', () => {
    const bits = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const nonces = fc.array(fc.tuple(bits, bits, bits, bits), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(nonces, fc.constantFrom(0.1, 0.5, 0.9, 1), (given, share) => {
        const hex = (word: number) => word.toString(16).padStart(8, '0');
        const fresh = given.map((words) => ({ seed: 1, nonce: words.map(hex).join('') }));
        const draws = [0, 1, 2, 3].flatMap((word) => given.map((words) => words[word]! / 2 ** 32));
        const runs = draws.map((_, i) => ({ ...run1, runId: i }));
        const found = drawn({ result: { ...result, runs }, fresh, audits: audits(share) });
        expect(found.map((audit) => audit.of)).toEqual(draws.flatMap((draw, i) => (draw < share ? [i] : [])));
      }),
    );
  });

  it('of more runs than there are bits begins again', () => {
    const fresh = [{ seed: 1, nonce: `${'0'.repeat(8)}${'f'.repeat(24)}` }];
    const runs = [0, 1, 2, 3, 4].map((runId) => ({ ...run1, runId }));
    const found = drawn({ result: { ...result, runs }, fresh, audits: audits(0.5) });
    expect(found.map((audit) => audit.of)).toEqual([0, 4]);
  });

  it('a share of 0 leaves the probation, a probation of 0 leaves the share, both leave nothing', () => {
    const first = { before: track(0), fresh: ALWAYS };
    expect(drawn({ ...first, audits: audits(0, 3) })).toMatchObject([{ why: 'probation' }]);
    expect(drawn({ ...first, before: track(3), audits: audits(0, 3) })).toEqual([]);
    expect(drawn({ ...first, audits: audits(0.5, 0) })).toMatchObject([{ why: 'share' }]);
    const repeated = { ...result, runs: [{ ...run1, discounted: 'it repeats' }] };
    expect(drawn({ ...first, result: repeated, audits: audits(0, 0) })).toEqual([]);
    expect(drawn({ ...first, result: repeated, audits: audits(0, 3) })).toMatchObject([{ why: 'equal' }]);
  });

  it('a run that repeats another is always repeated, and takes no colour from those after it', () => {
    const runs = [
      { ...run1, runId: 1, discounted: 'it repeats' },
      ...[2, 3].map((runId) => ({ ...run1, runId })),
    ];
    const distribution = { ...spread, colours: ['none' as const, 'yellow' as const] };
    expect(drawn({ result: { ...result, runs, distribution } })).toEqual([
      { of: 1, why: 'equal', runs: [], outcome: 'open', outlier: null },
      { of: 3, why: 'colour', runs: [], outcome: 'open', outlier: null },
    ]);
  });

  it('a refusal that one owner alone measured is repeated more often', () => {
    const fresh = [{ seed: 1, nonce: '30000000'.repeat(4) }]; // 0.1875: between a tenth and a quarter
    const other = run(2, { runId: 2, owner: 'ada', machine: 'eve.box' });
    const why = (verdict: 'improved' | 'regressed' | undefined, runs = [run1]) =>
      drawn({ result: { ...result, runs, ...(verdict && { verdict }) }, fresh }).map((audit) => audit.why);
    expect(why('regressed')).toEqual(['share']);
    expect(why('regressed', [run1, { ...other, discounted: 'it repeats' }])).toEqual(['share', 'equal']);
    expect(why('regressed', [run1, other])).toEqual([]);
    expect(why('improved')).toEqual([]);
    expect(why(undefined)).toEqual([]);
  });

  it('a machine that the track does not know yet is on probation', () => {
    const unknown = { ...result, runs: [{ ...run1, machine: 'new.box' }] };
    expect(drawn({ result: unknown })).toMatchObject([{ why: 'probation' }]);
  });
});
