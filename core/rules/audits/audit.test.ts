import { describe, expect, it } from 'vitest';
import { isSuspicious, settle, trustOf, wantsAudit } from './audit.ts';

const run = (owner: string, valBpb: number | null) => ({ owner, machine: `${owner}-1`, valBpb });
const day = 86_400_000;

describe('which jobs are audited', () => {
  it('repeats every one of a machine’s first ten, then a share', () => {
    expect(wantsAudit({ jobs: 10, owners: 50, draw: 0.99 })).toBe('probation');
    expect(wantsAudit({ jobs: 11, owners: 50, draw: 0.99 })).toBe(null);
    expect(wantsAudit({ jobs: 11, owners: 50, draw: 0.09 })).toBe('share');
  });

  it('audits more where there are few owners', () => {
    expect(wantsAudit({ jobs: 11, owners: 2, draw: 0.49 })).toBe('share');
    expect(wantsAudit({ jobs: 11, owners: 20, draw: 0.49 })).toBe(null);
  });

  it('goes by the repository’s own numbers where it gives any', () => {
    expect(wantsAudit({ jobs: 2, owners: 50, draw: 0.99, probationJobs: 1 })).toBe(null);
    expect(wantsAudit({ jobs: 2, owners: 50, draw: 0.29, probationJobs: 1, leastShare: 0.3 })).toBe('share');
  });
});

describe('a share', () => {
  const jobs = 11;
  it('of 0 repeats nothing after the first jobs, whatever is drawn and whichever machine was alone', () => {
    expect(wantsAudit({ jobs, owners: 1, draw: 0, leastShare: 0 })).toBe(null);
    expect(wantsAudit({ jobs, owners: 2, draw: 0, leastShare: 0, loneRefusal: true })).toBe(null);
    expect(wantsAudit({ jobs: 10, owners: 2, draw: 0.9, leastShare: 0 })).toBe('probation');
  });

  it('of lone refusals is a quarter at least', () => {
    const lone = (draw: number) => wantsAudit({ jobs, owners: 50, draw, loneRefusal: true });
    expect([lone(0.2499), lone(0.25)]).toEqual(['share', null]);
    expect(wantsAudit({ jobs, owners: 50, draw: 0.2499 })).toBe(null);
    expect(wantsAudit({ jobs, owners: 50, draw: 0.1 })).toBe(null);
  });

  it('of no probation begins with the first job', () => {
    expect(wantsAudit({ jobs: 1, owners: 50, draw: 0.99, probationJobs: 0 })).toBe(null);
    expect(wantsAudit({ jobs: 1, owners: 50, draw: 0, probationJobs: 0 })).toBe('share');
  });
});

describe('settling an audit', () => {
  it('agrees within noise', () => {
    expect(settle([run('eve', 0.98), run('ada', 0.984)], 0.001)).toEqual({ kind: 'agreed' });
  });

  it('calls a third owner when two disagree, and finds who was alone', () => {
    const [eve, ada] = [run('eve', 0.97), run('ada', 0.98)];
    expect(settle([eve, ada], 0.001)).toEqual({ kind: 'call-third', notOwners: ['eve', 'ada'] });
    expect(settle([eve, ada, run('bell', 0.9803)], 0.001)).toEqual({ kind: 'outlier', run: eve });
    expect(settle([eve, ada, run('bell', 0.9698)], 0.001)).toEqual({ kind: 'outlier', run: ada });
  });

  it('blames no one when the file itself is unsteady', () => {
    const [a, b] = [run('eve', 0.97), run('ada', 0.98)];
    expect(settle([a, b, run('bell', 0.99)], 0.001)).toEqual({ kind: 'unsettled' });
    expect(settle([a, run('ada', 0.976), run('bell', 0.973)], 0.001)).toEqual({ kind: 'agreed' });
  });

  it('finds a machine that breaks what others can run', () => {
    const [eve, ada] = [run('eve', null), run('ada', 0.98)];
    expect(settle([eve, ada], 0.001)).toEqual({ kind: 'call-third', notOwners: ['eve', 'ada'] });
    expect(settle([eve, ada, run('bell', 0.981)], 0.001)).toEqual({ kind: 'outlier', run: eve });
    expect(settle([eve, run('ada', null)], 0.001)).toEqual({ kind: 'agreed' });
  });

  it('a run that failed is no noise, however unsteady the file is', () => {
    const [eve, ada] = [run('eve', 0.9), run('ada', null)];
    expect(settle([eve, ada], 1)).toEqual({ kind: 'call-third', notOwners: ['eve', 'ada'] });
    expect(settle([eve, ada, run('bell', 0.9)], 1)).toEqual({ kind: 'outlier', run: ada });
    expect(settle([eve, ada, run('bell', null)], 1)).toEqual({ kind: 'outlier', run: eve });
  });

  it('never ends with fewer than two runs', () => {
    expect(() => settle([], 0.001)).toThrow('two or three runs, got 0');
    expect(() => settle([run('eve', 0.97)], 0.001)).toThrow('two or three runs, got 1');
  });

  it('never lets an owner vouch for themselves', () => {
    expect(() => settle([run('eve', 0.97), { ...run('eve', 0.97), machine: 'eve-2' }], 0.001)).toThrow(
      'different owners',
    );
  });
});

describe('where a machine stands', () => {
  const now = 100 * day;
  const machine = { jobs: 50, outliers: [] as { at: number; author: string }[], forgivenAt: null, now };
  const found = (at: number, author: string) => ({ at, author });

  it('starts on probation and earns trust', () => {
    expect(trustOf({ ...machine, jobs: 3 })).toBe('probation');
    expect(trustOf(machine)).toBe('trusted');
  });

  it('goes back to probation for one outlier, and is blocked for two in thirty days', () => {
    expect(trustOf({ ...machine, jobs: 0, outliers: [found(now, 'nova')] })).toBe('probation');
    const old = [found(now - 40 * day, 'nova'), found(now, 'vega')];
    expect(trustOf({ ...machine, outliers: old })).toBe('trusted');
    const fresh = [found(now - 20 * day, 'nova'), found(now, 'vega')];
    expect(trustOf({ ...machine, outliers: fresh })).toBe('blocked');
  });

  it('is not blocked by the files of one author, who may have made them to that end', () => {
    const outliers = [found(now - 3, 'mallory'), found(now - 2, 'mallory'), found(now - 1, 'mallory')];
    expect(trustOf({ ...machine, jobs: 0, outliers })).toBe('probation');
  });

  it('or may be the friend it flatters: a person is called', () => {
    const twice = [found(now - 3, 'friend'), found(now - 2, 'friend')];
    expect(isSuspicious({ outliers: twice, forgivenAt: null, now })).toBe(true);
    expect(isSuspicious({ outliers: twice, forgivenAt: now - 2, now })).toBe(false);
    expect(isSuspicious({ outliers: [twice[0]!, found(now, 'vega')], forgivenAt: null, now })).toBe(false);
  });

  it('starts again after an appeal was granted', () => {
    const outliers = [found(now - 20 * day, 'nova'), found(now - 10, 'vega')];
    expect(trustOf({ ...machine, jobs: 0, outliers, forgivenAt: now - 1 })).toBe('probation');
  });
});
