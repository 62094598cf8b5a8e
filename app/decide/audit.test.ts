import { describe, expect, it } from 'vitest';
import { settle, standing, wantsAudit } from './audit.ts';

const run = (owner: string, valBpb: number) => ({ owner, machine: `${owner}-1`, valBpb });
const day = 86_400_000;

describe('which jobs are audited', () => {
  it('repeats every one of a machine’s first ten, then a share', () => {
    expect(wantsAudit({ jobs: 10, owners: 50, draw: 0.99 })).toBe(true);
    expect(wantsAudit({ jobs: 11, owners: 50, draw: 0.99 })).toBe(false);
    expect(wantsAudit({ jobs: 11, owners: 50, draw: 0.09 })).toBe(true);
  });

  it('audits more where there are few owners', () => {
    expect(wantsAudit({ jobs: 11, owners: 2, draw: 0.49 })).toBe(true);
    expect(wantsAudit({ jobs: 11, owners: 20, draw: 0.49 })).toBe(false);
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

  it('blames nobody when the file itself is unsteady', () => {
    const [a, b] = [run('eve', 0.97), run('ada', 0.98)];
    expect(settle([a, b, run('bell', 0.99)], 0.001)).toEqual({ kind: 'unsettled' });
    expect(settle([a, run('ada', 0.976), run('bell', 0.973)], 0.001)).toEqual({ kind: 'agreed' });
  });

  it('never lets an owner vouch for themselves', () => {
    expect(() => settle([run('eve', 0.97), { ...run('eve', 0.97), machine: 'eve-2' }], 0.001)).toThrow(
      'different owners',
    );
  });
});

describe('where a machine stands', () => {
  const now = 100 * day;
  const machine = { jobs: 50, outliers: [] as number[], forgivenAt: null, now };

  it('starts on probation and earns trust', () => {
    expect(standing({ ...machine, jobs: 3 })).toBe('probation');
    expect(standing(machine)).toBe('trusted');
  });

  it('goes back to probation for one outlier, and is blocked for two in thirty days', () => {
    expect(standing({ ...machine, jobs: 0, outliers: [now] })).toBe('probation');
    expect(standing({ ...machine, outliers: [now - 40 * day, now] })).toBe('trusted');
    expect(standing({ ...machine, outliers: [now - 20 * day, now] })).toBe('blocked');
  });

  it('begins anew after an appeal was granted', () => {
    const forgivenAt = now - 1;
    expect(standing({ ...machine, jobs: 0, outliers: [now - 20 * day, now - 10], forgivenAt })).toBe(
      'probation',
    );
  });
});
