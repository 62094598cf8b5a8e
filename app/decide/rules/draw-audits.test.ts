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

  it('are afterwards drawn by lot', () => {
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

  it('are none where nobody but the owner and the author has a machine, or where audits are switched off', () => {
    const alone = { result: record, before: track(0), fresh: ALWAYS, audits: undefined };
    expect(drawAudits({ ...alone, owners: ['eve', 'nova'] })).toEqual([]);
    const off = { 'probation-jobs': 0, share: 0 };
    expect(drawAudits({ ...alone, owners, audits: off })).toEqual([]);
  });
});
