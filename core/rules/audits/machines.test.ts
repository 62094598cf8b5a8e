import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOW, sha } from '../../../testing/examples/names.ts';
import { run } from '../../../testing/examples/run.ts';
import type { MachineState } from '../../formats/leaderboard.ts';
import { is, machineTrust, seen, strikesOf, struck, vouched } from './machines.ts';

const DAY = 86_400_000;
const at = (days: number) => new Date(Date.parse(NOW) + days * DAY).toISOString();
const THIS = { pull: 41, blob: sha('b') };
const EARLIER = { pull: 7, blob: sha('7') };
const machine = (change: Partial<MachineState> = {}): MachineState => ({
  owner: 'eve',
  jobs: 20,
  lastSeen: NOW,
  outliers: [],
  unvouched: [],
  ...change,
});
const job = (change: Parameters<typeof run>[1] = {}) =>
  run(2, { machine: 'eve.box', owner: 'eve', at: NOW, stage: 'explore', ...change });

it('an experiment is the same when pull request and file both are', () => {
  expect(is(THIS)({ ...THIS })).toBe(true);
  expect(is(THIS)({ ...THIS, pull: 7 })).toBe(false);
  expect(is(THIS)({ ...THIS, blob: sha('7') })).toBe(false);
});

describe('machines that finished runs', () => {
  it('are remembered by their latest run, in whatever order runs arrive', () => {
    const days = fc.integer({ min: -400, max: 400 });
    fc.assert(
      fc.property(fc.array(days, { minLength: 1, maxLength: 6 }), days, (ends, before) => {
        const runs = ends.map((end) => job({ at: at(end) }));
        const after = seen({ 'eve.box': machine({ lastSeen: at(before) }) }, runs, THIS);
        expect(after['eve.box']!.lastSeen).toBe(at(Math.max(before, ...ends)));
      }),
    );
  });

  it.each([
    ['explore', 21],
    ['confirm', 21],
    ['baseline', 20],
    ['audit', 20],
    ['rescore', 20],
  ] as const)('of stage %s count %i jobs', (stage, jobs) => {
    const after = seen({ 'eve.box': machine() }, [job({ stage })], THIS);
    expect(after['eve.box']).toMatchObject({ jobs, unvouched: jobs === 21 ? [THIS] : [] });
  });

  it('count no job where no experiment is measured', () => {
    expect(seen({ 'eve.box': machine() }, [job()], null)['eve.box']).toMatchObject({
      jobs: 20,
      unvouched: [],
    });
  });

  it('list an experiment once, the last hundred of them', () => {
    const many = Array.from({ length: 100 }, (_, i) => ({ pull: i + 100, blob: sha('1') }));
    const twice = seen({ 'eve.box': machine({ unvouched: [THIS, EARLIER] }) }, [job(), job()], THIS);
    expect(twice['eve.box']).toMatchObject({ jobs: 22, unvouched: [THIS, EARLIER] });
    const full = seen({ 'eve.box': machine({ unvouched: many }) }, [job()], THIS);
    expect(full['eve.box']!.unvouched).toEqual([...many.slice(1), THIS]);
  });

  it('work again, whatever failed on them before; those that failed the run have one fault more', () => {
    const machines = { 'eve.box': machine({ faults: 2 }), 'bob.lab': machine({ owner: 'bob' }) };
    const after = seen(machines, [job({ failedOn: ['bob.lab', 'gone.box'] })], THIS);
    expect(after['eve.box']).not.toHaveProperty('faults');
    expect(after['bob.lab']).toMatchObject({ faults: 1, jobs: 20, owner: 'bob' });
    expect(Object.keys(after).sort()).toEqual(['bob.lab', 'eve.box']);
    expect(seen(after, [job({ failedOn: ['bob.lab'] })], THIS)['bob.lab']!.faults).toBe(2);
    expect(seen(machines, [job()], THIS)['bob.lab']).toEqual(machines['bob.lab']);
  });
});

describe('what repeats say', () => {
  it('an agreement vouches for everything up to it, and for nothing later', () => {
    const later = { pull: 50, blob: sha('5') };
    const machines = { 'eve.box': machine({ unvouched: [EARLIER, THIS, later] }) };
    expect(vouched(machines, 'eve.box', THIS)['eve.box']!.unvouched).toEqual([later]);
    expect(vouched(machines, 'gone.box', THIS)).toEqual(machines);
  });

  it('two outliers of one pull request are one strike, of two they are two', () => {
    const strike = (pull: number) => ({ at: NOW, pull, author: 'nova' });
    const once = struck({ 'eve.box': machine({ unvouched: [THIS] }) }, 'eve.box', strike(41));
    expect(once['eve.box']).toMatchObject({ jobs: 0, unvouched: [], outliers: [strike(41)] });
    expect(struck(once, 'eve.box', strike(41))['eve.box']!.outliers).toEqual([strike(41)]);
    expect(struck(once, 'eve.box', strike(7))['eve.box']!.outliers).toEqual([strike(41), strike(7)]);
    expect(struck(once, 'gone.box', strike(7))).toEqual(once);
  });
});

describe('whom a track trusts', () => {
  const trust = (change: Partial<MachineState>, rules: Parameters<typeof machineTrust>[3] = {}) =>
    machineTrust('eve.box', machine(change), NOW, rules);

  it('goes by the probation that the repository asks for', () => {
    const audits = { 'probation-jobs': 3, share: 0.1 };
    expect([trust({ jobs: 9 }), trust({ jobs: 10 })]).toEqual(['probation', 'trusted']);
    expect([trust({ jobs: 2 }, { audits }), trust({ jobs: 3 }, { audits })]).toEqual([
      'probation',
      'trusted',
    ]);
    expect(trust({ jobs: 0 }, { audits: { 'probation-jobs': 0, share: 0 } })).toBe('trusted');
  });

  it('no machine that a maintainer has blocked, and each that is not named', () => {
    expect(trust({}, { blocked: ['eve.box'] })).toBe('blocked');
    expect(trust({}, { blocked: ['bob.lab'] })).toBe('trusted');
  });

  it('forgives what happened until the appeal’s day has ended, and nothing after it', () => {
    const day = '2026-11-20';
    const end = Date.parse(day) + DAY;
    const outliers = ['nova', 'vega'].map((author, pull) => ({ pull, author, at: '' }));
    const struckAt = (ms: number) => outliers.map((one) => ({ ...one, at: new Date(ms).toISOString() }));
    const forgiven = { 'eve.box': day };
    expect(trust({ outliers: struckAt(end) })).toBe('blocked');
    expect(trust({ outliers: struckAt(end) }, { forgiven })).toBe('trusted');
    expect(trust({ outliers: struckAt(end + 1) }, { forgiven })).toBe('blocked');
    expect(strikesOf('bob.lab', machine(), NOW, { forgiven }).forgivenAt).toBeNull();
  });
});
