import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resultOf } from '../../testing/examples/result.ts';
import { run } from '../../testing/examples/run.ts';
import { type Ledger, ledgerSchema, openLedger, type Posting } from '../formats/ledger.ts';
import type { Audit, ExperimentResult, Paid } from '../formats/result.ts';
import type { RunResult } from '../formats/run.ts';
import { covered, fold, type LedgerEvent } from './fold.ts';
import { available, balanceOf } from './holds.ts';

const START = Date.UTC(2026, 10, 2); // a Monday
const at = (days: number) => new Date(START + days * 86_400_000).toISOString();
const PRICES = { cpu: { run: 1001, scoring: 200 }, h100: { run: 360_000, scoring: 60_000 } };
const empty = () => openLedger(at(0), PRICES);

/** One posting a line, summed by account. */
function sums(postings: Posting[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const { account, milli } of postings) sum.set(account, (sum.get(account) ?? 0) + milli);
  return sum;
}

function book(events: LedgerEvent[], start = empty()): { ledger: Ledger; postings: Posting[] } {
  const postings: Posting[] = [];
  let ledger = start;
  for (const event of events) {
    const folded = fold(ledger, event);
    expect(folded.postings.reduce((sum, { milli }) => sum + milli, 0)).toBe(0);
    ledger = folded.ledger;
    postings.push(...folded.postings);
  }
  return { ledger, postings };
}

const record = (change: Partial<ExperimentResult>): ExperimentResult =>
  resultOf({ author: 'nova', ...change });
const added = (
  days: number,
  after: ExperimentResult,
  before: ExperimentResult | null = null,
): LedgerEvent => ({
  ...{ at: at(days), records: [{ before, after }], incumbentRuns: [] },
});
const ran = (runId: number, change: Partial<RunResult> = {}, days = 0) =>
  run(change.outcome === undefined || change.outcome === 'scored' ? 2.5 : null, {
    ...{ runId, at: at(days) },
    ...change,
  });
const pays = (runId: number, milli: number, account = '@ada'): Paid => ({
  ...{ runId, account, login: 'ada', milli, for: 'bid' },
});
const audit = (of: number, change: Partial<Audit>): Audit => ({
  ...{ of, why: 'share', runs: [], outcome: 'agreed', outlier: null },
  ...change,
});

describe('a run earns', () => {
  const paysFor = (runs: RunResult[], change: Partial<ExperimentResult> = {}) =>
    balanceOf(book([added(0, record({ runs, ...change }))]).ledger, '@ada');

  test('its nominal price, of which a fifth goes to the common purse, rounded down', () => {
    const { ledger, postings } = book([added(0, record({ runs: [ran(1)] }))]);
    expect(postings).toEqual([
      { id: '1:earned', account: 'mint:cpu', milli: -1001 },
      { id: '1:earned', account: '@ada', milli: 800 },
      { id: '1:earned', account: 'commons', milli: 201 },
    ]);
    expect([balanceOf(ledger, '@ada'), balanceOf(ledger, 'commons'), balanceOf(ledger, 'mint:cpu')]).toEqual([
      800, 201, -1001,
    ]);
  });

  test.each<[string, RunResult, number]>([
    ['whatever its owner’s clock said', ran(1, { totalSeconds: 1e6, trainSeconds: 1e6 }), 800],
    ['when it timed out', ran(1, { outcome: 'timeout' }), 800],
    ['when it was refused as invalid', ran(1, { outcome: 'invalid' }), 800],
    ['a fifth when it crashed', ran(1, { outcome: 'crashed' }), 160],
    ['a fifth when its memory ran out', ran(1, { outcome: 'out-of-memory' }), 160],
    ['less for a scoring alone', ran(1, { stage: 'rescore' }), 160],
    ['nothing when it does not count', ran(1, { discounted: 'outlier' }), 0],
    ['nothing on a machine without an owner', ran(1, { owner: '-' }), 0],
    ['nothing on the author’s own machine', ran(1, { owner: 'nova' }), 0],
  ])('%s', (_when, one, milli) => {
    const { ledger } = book([added(0, record({ runs: [one] }))]);
    expect(balanceOf(ledger, `@${one.owner}`)).toBe(milli);
  });

  test('also as the author’s own repeat of another run, or of main’s file', () => {
    const repeat = ran(2, { owner: 'nova', machine: 'nova.desk', stage: 'audit' });
    const event = added(0, record({ runs: [ran(1)], audits: [audit(1, { runs: [repeat] })] }));
    const incumbentRuns = [{ track: 'h100', run: ran(3, { owner: 'nova', stage: 'baseline' }) }];
    expect(balanceOf(book([{ ...event, incumbentRuns }]).ledger, '@nova')).toBe(800 + 288_000);
  });

  test('for the number of a lent machine’s owner, whose login may change hands', () => {
    const { ledger } = book([added(0, record({ runs: [ran(1, { ownerId: 7 }), ran(2)] }))]);
    expect([balanceOf(ledger, '#7'), balanceOf(ledger, '@ada')]).toEqual([800, 800]);
  });

  test('nothing on the author’s own machine, though the author has another login than when it was lent', () => {
    const runs = [
      ran(1, { ownerId: 7, owner: 'ada' }),
      ran(2, { ownerId: 8, owner: 'eve', machine: 'eve.box' }),
    ];
    const { ledger } = book([added(0, record({ author: 'renamed', authorId: 7, runs }))]);
    expect([balanceOf(ledger, '#7'), balanceOf(ledger, '#8')]).toEqual([0, 800]);
  });

  test('no right to spend by taking the name of another’s machine: what waited goes to the common purse', () => {
    const first = added(0, record({ runs: [ran(1, { ownerId: 7 })] }));
    const taken = added(1, record({ pull: 42, runs: [ran(2, { ownerId: 8 }, 1)] }));
    const { ledger } = book([first, taken]);
    expect([available(ledger, '#7', []), balanceOf(ledger, '#7'), balanceOf(ledger, '#8')]).toEqual([
      0, 0, 800,
    ]);
    expect(balanceOf(ledger, 'commons')).toBe(201 + 800 + 201);
  });

  test('once, where a record lists its scoring again', () => {
    const runs = [ran(2, { stage: 'rescore', owner: 'eve', machine: 'eve.box' })];
    const one = { ...{ of: 1, weights: null, claims: null }, runs, outcome: 'agreed' as const };
    const { ledger } = book([added(0, record({ runs: [], rescores: [one, one] }))]);
    expect(balanceOf(ledger, '@eve')).toBe(160);
  });

  test('a crash of one author’s files at most ten times a day', () => {
    const crashes = (count: number, from = 1, days = 0) =>
      Array.from({ length: count }, (_, i) => ran(from + i, { outcome: 'crashed' }, days));
    expect(paysFor(crashes(12))).toBe(1600);
    const two = [
      added(0, record({ runs: crashes(12) })),
      added(1, record({ pull: 42, runs: crashes(3, 20, 1) })),
    ];
    expect(balanceOf(book(two).ledger, '@ada')).toBe(1600 + 480);
    const other = added(0, record({ pull: 43, author: 'eve', runs: crashes(3, 30) }));
    expect(balanceOf(book([...two, other]).ledger, '@ada')).toBe(1600 + 480 + 480);
    // One that never paid is not taken back.
    const runs = crashes(12).map((one, i) => (i === 11 ? { ...one, discounted: 'outlier' } : one));
    const back = added(1, record({ runs }), record({ runs: crashes(12) }));
    expect(balanceOf(book([added(0, record({ runs: crashes(12) })), back]).ledger, '@ada')).toBe(1600);
  });

  test('from the common purse, when it checks what another measured; what the purse lacks is advanced', () => {
    const checks = (runId: number, stage: 'audit' | 'rescore') =>
      ran(runId, { stage, owner: 'eve', machine: 'eve.box' });
    const measured = record({ runs: [ran(1), ran(2), ran(3)] });
    const audited = { ...measured, audits: [audit(1, { runs: [checks(4, 'audit')] })] };
    const scoring = { ...{ of: 1, weights: null, claims: null }, outcome: 'agreed' as const };
    const scored = { ...audited, rescores: [{ ...scoring, runs: [checks(5, 'rescore')] }] };
    const has = ({ ledger }: { ledger: Ledger }) =>
      ['@eve', 'commons', 'advance', 'mint:cpu'].map((account) => balanceOf(ledger, account));
    const first = book([added(0, measured), added(1, audited, measured)]);
    expect(has(first)).toEqual([800, 0, -197, -3003]); // 603 were in the purse
    expect(first.postings.filter(({ id }) => id === '4:earned')).toEqual([
      { id: '4:earned', account: '@eve', milli: 800 },
      { id: '4:earned', account: 'commons', milli: -800 },
    ]);
    expect(has(book([added(2, scored, audited)], first.ledger))).toEqual([960, 0, -357, -3003]);
    // What comes in pays the advance back first, and so does what is taken back.
    const more = record({ pull: 42, runs: [ran(6), ran(7), ran(8)] });
    expect(has(book([added(2, scored, audited), added(2, more)], first.ledger))).toEqual([
      960, 246, 0, -6006,
    ]);
    expect(has(book([added(2, measured, audited)], first.ledger))).toEqual([0, 603, 0, -3003]);
  });

  describe('of one author’s files a hundred times a day', () => {
    const junk = (count: number, from = 1, change: Partial<RunResult> = {}, days = 0) =>
      Array.from({ length: count }, (_, i) => ran(from + i, { outcome: 'invalid', ...change }, days));

    test('whoever measures them: a ring of two logins cannot mint without end', () => {
      const ring = [1, 2, 3].map((pull) =>
        added(
          0,
          record({ pull, runs: junk(60, 1000 * pull, { owner: `ring${pull}`, machine: `ring${pull}.box` }) }),
        ),
      );
      const { ledger } = book(ring);
      expect(balanceOf(ledger, 'mint:cpu')).toBe(-100 * 1001);
      expect(['@ring1', '@ring2', '@ring3'].map((name) => balanceOf(ledger, name))).toEqual([
        48_000, 32_000, 0,
      ]);
      // Another day, another author, and main's own file are not touched by it.
      const others = [
        added(1, record({ pull: 4, runs: junk(1, 4000, {}, 1) })),
        added(0, record({ pull: 5, author: 'eve', runs: junk(1, 5000) })),
        { ...added(0, record({ pull: 6, runs: [] })), incumbentRuns: [{ track: 'cpu', run: ran(6000) }] },
      ];
      expect(balanceOf(book(others, ledger).ledger, '@ada')).toBe(2400);
    });

    test('beyond which a run brings what was bid for it, and no more than its price', () => {
      const paid = (runId: number, milli: number) => ({
        ...{ runId, account: '@bob', login: 'bob', milli, for: 'sponsor' as const },
      });
      const rich = book([
        added(
          0,
          record({
            pull: 9,
            author: 'eve',
            runs: [1, 2, 3].map((i) => ran(900 + i, { owner: 'bob', machine: 'bob.box' })),
          }),
        ),
        added(
          0,
          record({
            pull: 10,
            author: 'eve',
            runs: [ran(910, { owner: 'bob', machine: 'bob.box' }, 2)],
            audits: [audit(910, {})],
          }),
        ),
      ]).ledger;
      expect(available(rich, '@bob', [])).toBe(2400);
      const runs = junk(102);
      const bids = record({ runs, paid: [paid(101, 1001), paid(102, 500)] });
      const { ledger } = book([added(1, bids)], rich);
      expect(balanceOf(ledger, '@ada')).toBe(80_000 + 800 + 400);
      expect(balanceOf(ledger, 'mint:cpu')).toBe(-104 * 1001);
      const gone = runs.map((run, i) => (i > 99 ? { ...run, discounted: 'outlier' } : run));
      const after = book([added(2, { ...bids, runs: gone }, bids)], ledger).ledger;
      expect(balanceOf(after, '@ada')).toBe(80_000);
      expect(balanceOf(after, 'commons')).toBe(balanceOf(ledger, 'commons') + 1200);
    });

    test('their checks among them, and what never paid is not taken back', () => {
      const runs = junk(100);
      const audits = [audit(1, { runs: [ran(200, { stage: 'audit', owner: 'eve', machine: 'eve.box' })] })];
      const full = record({ runs, audits });
      const { ledger } = book([added(0, full)]);
      expect([balanceOf(ledger, '@ada'), balanceOf(ledger, '@eve')]).toEqual([80_000, 0]);
      const gone = (run: RunResult) => ({ ...run, discounted: 'outlier' });
      const without = { ...full, audits: [{ ...audits[0]!, runs: audits[0]!.runs.map(gone) }] };
      const still = book([added(1, without, full)], ledger).ledger;
      expect([balanceOf(still, '@ada'), balanceOf(still, '@eve')]).toEqual([80_000, 0]);
      // One that is taken back makes room for one more.
      const fewer = { ...without, runs: [gone(runs[0]!), ...runs.slice(1)] };
      const more = record({ pull: 42, runs: junk(2, 300) });
      const last = book([added(1, fewer, without), added(1, more)], still).ledger;
      expect(balanceOf(last, '@ada')).toBe(80_000);
    });
  });

  test('as it was priced when it ran', () => {
    const ledger = {
      ...empty(),
      prices: [...empty().prices, { since: at(10), prices: { cpu: { run: 5, scoring: 1 } } }],
    };
    const [early, late] = [record({ runs: [ran(1, {}, 9)] }), record({ pull: 42, runs: [ran(2, {}, 10)] })];
    const after = book([added(11, early), added(11, late)], ledger).ledger;
    expect(balanceOf(after, '@ada')).toBe(800 + 4);
    const back = record({ runs: [ran(1, { discounted: 'outlier' }, 9)] });
    expect(balanceOf(book([added(12, back, early)], after).ledger, '@ada')).toBe(4);
  });
});

describe('what was earned', () => {
  const one = record({ runs: [ran(1)] });
  const agreed = (days: number) => record({ runs: [ran(1, {}, days)], audits: [audit(1, {})] });

  test('waits until a repeat elsewhere vouches for the machine', () => {
    const { ledger } = book([added(0, one)]);
    expect([balanceOf(ledger, '@ada'), available(ledger, '@ada', [])]).toEqual([800, 0]);
    const later = record({ pull: 42, runs: [ran(2, {}, 3)], audits: [audit(2, {})] });
    const vouched = book([added(3, later)], ledger).ledger;
    // The day of the repeated run waits for the next repeat: what came later that day is not vouched for.
    expect([balanceOf(vouched, '@ada'), available(vouched, '@ada', [])]).toEqual([1600, 800]);
  });

  test('or until the machine has finished sixty more runs and a week is over', () => {
    const many = record({ pull: 42, runs: Array.from({ length: 60 }, (_, i) => ran(100 + i, {}, 1)) });
    const { ledger } = book([added(0, one), added(1, many), added(6, record({ pull: 43, runs: [] }))]);
    expect(available(ledger, '@ada', [])).toBe(0);
    expect(available(book([added(7, record({ pull: 44, runs: [] }))], ledger).ledger, '@ada', [])).toBe(800);
  });

  test('expires after half a year, the oldest first', () => {
    const { ledger } = book([
      added(0, one),
      added(3, record({ pull: 42, runs: [ran(2, {}, 3)], audits: [audit(2, {})] })),
    ]);
    const idle = (days: number) => added(days, record({ pull: 50, runs: [] }));
    expect(available(book([idle(186)], ledger).ledger, '@ada', [])).toBe(800);
    const over = book([idle(187)], ledger);
    expect([available(over.ledger, '@ada', []), balanceOf(over.ledger, 'expired')]).toEqual([0, 800]);
    expect(over.postings).toContainEqual({ id: '@ada:expired:2026-11-02:3', account: '@ada', milli: -800 });
  });

  test('is taken back when it does not count any more, and restored when that was wrong', () => {
    const gone = record({ runs: [ran(1, { discounted: 'outlier' })] });
    const { ledger, postings } = book([
      added(0, one),
      added(1, gone, one),
      added(2, one, gone),
      added(3, gone, one),
    ]);
    expect(balanceOf(ledger, '@ada')).toBe(0);
    expect(new Set(postings.map(({ id }) => id)).size).toBe(4);
    expect(balanceOf(book([added(0, one), added(1, gone, one), added(2, one, gone)]).ledger, '@ada')).toBe(
      800,
    );
  });

  test('and was spent meanwhile, is a debt that later earnings pay', () => {
    const { ledger } = book([
      added(0, one),
      added(3, record({ pull: 42, runs: [ran(2, {}, 3)], audits: [audit(2, {})] })),
    ]);
    const spent = book([added(3, record({ pull: 44, runs: [], paid: [pays(4, 800)] }))], ledger).ledger;
    const gone = record({ runs: [ran(1, { discounted: 'outlier' })] });
    const indebted = book([added(4, gone, one)], spent).ledger;
    expect([balanceOf(indebted, '@ada'), available(indebted, '@ada', [])]).toEqual([0, 0]); // 800 wait, 800 are owed
    expect(indebted.accounts['@ada']).toEqual({ lots: [], debt: 800 });
    const later = record({ pull: 43, runs: [ran(3, {}, 9)], audits: [audit(3, {})] });
    const paid = book([added(9, later)], indebted).ledger;
    expect(paid.accounts['@ada']).toEqual({ lots: [], debt: 0 });
  });

  test('by an outlier is lost: what waits, and thirty days', () => {
    const days = [0, 20, 45, 46];
    const records = days.map((day, i) =>
      record({ pull: 50 + i, runs: [ran(i + 1, {}, day)], audits: [audit(i + 1, {})] }),
    );
    const { ledger } = book(records.map((one, i) => added(days[i]!, one)));
    expect(balanceOf(ledger, '@ada')).toBe(3200);
    const liar = record({ pull: 60, runs: [ran(9, {}, 50)] });
    const caught = record({
      pull: 60,
      runs: [ran(9, { discounted: 'outlier' }, 50)],
      audits: [audit(9, { outcome: 'outlier', outlier: 'ada.desk' })],
    });
    const after = book([added(50, liar), added(52, caught, liar)], ledger);
    expect(balanceOf(after.ledger, '@ada')).toBe(1600); // of the days 0 and 20
    expect(after.postings).toContainEqual({
      id: 'ada.desk:outlier:6',
      account: 'commons',
      milli: 1600,
    });
    // A run of those days that turns out not to count is taken from the purse, which has it: nobody pays twice.
    const doubtful = { ...records[2]!, runs: [ran(3, { discounted: 'outlier' }, 45)] };
    expect(balanceOf(book([added(53, doubtful, records[2]!)], after.ledger).ledger, '@ada')).toBe(1600);
    // One from before them is its owner's to give back.
    const old = { ...records[0]!, runs: [ran(1, { discounted: 'outlier' }, 0)] };
    expect(balanceOf(book([added(53, old, records[0]!)], after.ledger).ledger, '@ada')).toBe(800);
  });

  test('by a liar whose weights were scored is lost the same way; a scoring that agrees vouches for nothing', () => {
    const scoring = (owner: string) => ran(5, { stage: 'rescore', owner, machine: `${owner}.box` }, 1);
    const liar = record({ pull: 60, runs: [ran(9, {}, 1)] });
    const agreedOn = { ...one, audits: [audit(1, { why: 'scoring', runs: [scoring('bob')] })] };
    const early = book([added(0, agreedOn), added(1, liar)]).ledger;
    expect([balanceOf(early, '@ada'), available(early, '@ada', [])]).toEqual([1600, 0]);
    const both = { ...agreedOn, audits: [...agreedOn.audits, audit(1, {})] };
    const vouched = book(
      [added(0, record({ pull: 59, runs: [ran(8, {}, -1)] })), added(1, both, agreedOn)],
      early,
    );
    expect(available(vouched.ledger, '@ada', [])).toBe(800);
    const next = record({ pull: 61, runs: [ran(10, {}, 2)], audits: [audit(10, { why: 'scoring' })] });
    expect(available(book([added(2, next)], early).ledger, '@ada', [])).toBe(0);
    const found = audit(9, {
      why: 'scoring',
      outcome: 'outlier',
      outlier: 'ada.desk',
      runs: [scoring('eve')],
    });
    const caught = { ...liar, runs: [ran(9, { discounted: 'outlier' }, 1)], audits: [found] };
    const after = book([added(2, caught, liar)], early).ledger;
    expect(['@ada', '@bob', '@eve'].map((name) => balanceOf(after, name))).toEqual([0, 160, 160]);
  });

  test('is told once: the same commit seen again changes nothing', () => {
    const after = agreed(0);
    const { ledger } = book([added(0, after)]);
    expect(book([added(0, after, after)], ledger)).toEqual({
      ledger: { ...ledger, events: 2, root: expect.any(String) },
      postings: [],
    });
  });
});

/** Histories of records: what a swarm may do to them, in any order. */
const OWNERS = ['ada', 'bob', 'eve'];
const OUTCOMES = ['scored', 'crashed', 'timeout', 'invalid', 'out-of-memory'] as const;
const step = fc.record({
  days: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 })),
  what: fc.constantFrom('add', 'discount', 'restore', 'agree', 'outlier', 'spend', 'incumbent'),
  pick: fc.nat(1000),
  owner: fc.constantFrom(...OWNERS),
  lent: fc.boolean(),
  outcome: fc.constantFrom(...OUTCOMES),
  track: fc.constantFrom('cpu', 'h100'),
  runs: fc.oneof(fc.integer({ min: 1, max: 13 }), fc.constant(70)),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Plays the steps as commits would record them. */
function played(steps: Step[]) {
  const records: ExperimentResult[] = [];
  const postings: Posting[] = [];
  let ledger = empty();
  let [day, nextRun] = [0, 1];
  const commit = (event: LedgerEvent) => {
    const folded = book([event], ledger);
    ledger = folded.ledger;
    postings.push(...folded.postings);
  };
  for (const { days, what, pick, owner, lent, outcome, track, runs } of steps) {
    day += days;
    const made = (change: Partial<RunResult> = {}) =>
      ran(nextRun++, {
        ...{ owner, machine: `${owner}.desk`, outcome, at: at(day) },
        ...(lent && { ownerId: OWNERS.indexOf(owner) + 1 }),
        ...change,
      });
    const changed = pick % Math.max(1, records.length);
    const before = records[changed];
    const replace = (after: ExperimentResult) => {
      records[changed] = after;
      commit(added(day, after, before));
    };
    const at0 = before?.runs[pick % before.runs.length];
    if (what === 'add' || before === undefined || at0 === undefined) {
      const after = record({
        ...{ pull: records.length + 1, track, author: OWNERS[pick % 3]! },
        runs: Array.from({ length: runs }, () => made()),
      });
      records.push(after);
      commit(added(day, after));
    } else if (what === 'incumbent')
      commit({ at: at(day), records: [], incumbentRuns: [{ track, run: made({ stage: 'baseline' }) }] });
    else if (what === 'spend') {
      const account = lent ? `#${(pick % 3) + 1}` : `@${owner}`;
      const paid = covered(ledger, at(day), [pays(nextRun++, pick + 1, account)]);
      const after = record({ pull: records.length + 1, runs: [made()], ...(paid.length > 0 && { paid }) });
      records.push(after);
      commit(added(day, after));
    } else if (what === 'discount' || what === 'restore') {
      const { discounted: _, ...counts } = at0;
      const one = what === 'restore' ? counts : { ...counts, discounted: 'outlier' };
      replace({ ...before, runs: before.runs.map((other) => (other === at0 ? one : other)) });
    } else {
      const outlier = what === 'outlier' ? at0.machine : null;
      const fresh = audit(at0.runId, {
        outcome: outlier ? 'outlier' : 'agreed',
        outlier,
        runs: [made({ stage: 'audit' })],
      });
      if (!before.audits.some(({ of }) => of === at0.runId))
        replace({ ...before, audits: [...before.audits, fresh] });
    }
  }
  return { ledger, postings };
}

describe('whatever happens', () => {
  test('every event adds up to zero, every balance is the sum of its postings, and no posting comes twice', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { ledger, postings } = played(steps);
        const accounts = [...Object.keys(ledger.accounts), ...Object.keys(ledger.system)];
        for (const [account, milli] of sums(postings))
          expect(balanceOf(ledger, account), account).toBe(milli);
        expect([balanceOf(ledger, 'commons') >= 0, balanceOf(ledger, 'advance') <= 0]).toEqual([true, true]);
        expect(accounts.reduce((sum, account) => sum + balanceOf(ledger, account), 0)).toBe(0);
        expect(new Set(postings.map(({ id, account }) => `${id} ${account}`)).size).toBe(postings.length);
        for (const { lots, debt } of Object.values(ledger.accounts))
          expect(debt === 0 || lots.length === 0).toBe(true);
        expect(ledgerSchema.parse(JSON.parse(JSON.stringify(ledger)))).toEqual(
          JSON.parse(JSON.stringify(ledger)),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('records in any order give the same balances', () => {
    const one = fc.record({
      owner: fc.constantFrom(...OWNERS),
      outcome: fc.constantFrom(...OUTCOMES),
      runs: fc.integer({ min: 1, max: 13 }),
      audits: fc.nat(3),
    });
    const all = fc
      .array(one, { maxLength: 12 })
      .chain((made) =>
        fc.tuple(fc.constant(made), fc.shuffledSubarray([...made.keys()], { minLength: made.length })),
      );
    fc.assert(
      fc.property(all, ([made, order]) => {
        const records = made.map(({ owner, outcome, runs, audits }, pull) =>
          record({
            ...{ pull: pull + 1, author: pull % 2 ? 'nova' : 'iris' },
            audits: Array.from({ length: Math.min(runs, audits) }, (_, i) =>
              audit(100 * pull + i, {
                runs: [ran(100 * pull + 50 + i, { stage: 'audit', owner: 'fay', machine: 'fay.box' })],
              }),
            ),
            runs: Array.from({ length: runs }, (_, i) =>
              ran(100 * pull + i, { owner, machine: `${owner}.desk`, outcome }),
            ),
          }),
        );
        const balances = (sequence: number[]) => {
          const { ledger } = book(sequence.map((i) => added(0, records[i]!)));
          return ['commons', 'advance', 'mint:cpu', '@fay', ...OWNERS.map((name) => `@${name}`)].map((name) =>
            balanceOf(ledger, name),
          );
        };
        expect(balances(order)).toEqual(balances([...made.keys()]));
      }),
    );
  });
});

describe('spending', () => {
  const rich = () => {
    const runs = Array.from({ length: 10 }, (_, i) => ran(i + 1));
    return book([
      added(0, record({ runs })),
      added(3, record({ pull: 42, runs: [ran(99, {}, 3)], audits: [audit(99, {})] })),
    ]).ledger;
  };

  const charged = (pull: number, ...paid: Paid[]) => added(3, record({ pull, runs: [], paid }));

  test('goes from the account to the common purse, once, whatever else the record says later', () => {
    const first = charged(50, pays(1, 5000));
    const again = added(4, { ...first.records[0]!.after, insights: [] }, first.records[0]!.after);
    const { ledger, postings } = book([first, again], rich());
    expect(postings).toEqual([
      { id: '1:bid', account: '@ada', milli: -5000 },
      { id: '1:bid', account: 'commons', milli: 5000 },
    ]);
    expect(available(ledger, '@ada', [])).toBe(3000);
  });

  test('by several for one run has an id for each', () => {
    const sponsors = [pays(1, 1), pays(1, 2, '@eve'), pays(1, 3)].map((paid, i) =>
      i < 2 ? { ...paid, for: 'sponsor' as const } : paid,
    );
    const earned = record({ pull: 60, runs: [ran(200, { owner: 'eve', machine: 'eve.box' }, 0)] });
    const vouches = record({
      ...{ pull: 61, audits: [audit(201, {})] },
      runs: [ran(201, { owner: 'eve', machine: 'eve.box' }, 2)],
    });
    const { postings } = book([added(0, earned), added(2, vouches), charged(50, ...sponsors)], rich());
    expect(postings.slice(-6).map(({ id }) => id)).toEqual(
      ['1:sponsor:@ada', '1:sponsor:@eve', '1:bid'].flatMap((id) => [id, id]),
    );
  });

  test('nothing that waits, and nothing that the same commit brings, pays', () => {
    const ledger = rich();
    expect(available(ledger, '@ada', [])).toBe(8000);
    expect(available(ledger, '@ada', [{ account: '@ada', milli: 5000 }])).toBe(3000);
    const over = fold(ledger, charged(50, pays(1, 8001), pays(2, 8000), pays(3, 1)));
    expect(over.overdrafts).toEqual([pays(1, 8001), pays(3, 1)]);
    expect(balanceOf(over.ledger, '@ada')).toBe(balanceOf(ledger, '@ada') - 8000);
    for (const milli of [0, -1, 0.5, Number.NaN, 1e300])
      expect(covered(ledger, at(3), [pays(1, milli)])).toEqual([]);
    const vouched = record({
      ...{ pull: 50, paid: [pays(1, 8001)], audits: [audit(100, {})] },
      runs: [ran(100, {}, 4)],
    });
    expect(fold(ledger, added(4, vouched)).overdrafts).toHaveLength(1);
  });

  test('a hundred who spend at once never overdraw, in whatever order main takes their commits', () => {
    const spender = fc.record({ milli: fc.integer({ min: 1, max: 3000 }), look: fc.nat(99) });
    fc.assert(
      fc.property(fc.array(spender, { minLength: 100, maxLength: 100 }), (spenders) => {
        // Each looks at main at some moment, decides, and tries to move it; who is late looks again.
        const main = { version: 0, ledger: rich() };
        const start = balanceOf(main.ledger, '@ada');
        let spent = 0;
        const waiting = spenders.map(({ milli }, i) => ({
          ...{ paid: pays(1000 + i, milli), pull: 1000 + i },
          ...{ saw: main.version, ledger: main.ledger },
        }));
        for (const [i, { look }] of spenders.entries()) {
          const one = waiting[(i + look) % waiting.length]!;
          for (let tries = 0; tries < 3; tries++) {
            const paid = covered(one.ledger, at(3), [one.paid]);
            if (paid.length === 0) break;
            const next = fold(one.ledger, charged(one.pull, ...paid));
            expect(next.overdrafts).toEqual([]);
            if (one.saw !== main.version) {
              Object.assign(one, { saw: main.version, ledger: main.ledger }); // the swap failed
              continue;
            }
            Object.assign(main, { version: main.version + 1, ledger: next.ledger });
            spent += one.paid.milli;
            break;
          }
        }
        expect(balanceOf(main.ledger, '@ada')).toBe(start - spent);
        expect(main.ledger.accounts['@ada']!.debt).toBe(0);
        expect(spent).toBeLessThanOrEqual(8000);
        expect(balanceOf(main.ledger, 'commons')).toBe(balanceOf(rich(), 'commons') + spent);
      }),
    );
  });
});
