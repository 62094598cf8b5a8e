import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { borrowedOf, borrowedRun, ledgerWith } from '../../testing/examples/borrowed.ts';
import { CONFIG } from '../../testing/examples/config.ts';
import { NOW } from '../../testing/examples/names.ts';
import { type Borrowed, borrowedPath, borrowedText } from '../formats/borrowing/record.ts';
import { CONFIG_PATH } from '../formats/config.ts';
import { LEDGER_PATH, type Ledger, ledgerText, parseLedger } from '../formats/ledger.ts';
import { fold } from './fold.ts';
import { balanceOf } from './holds.ts';
import { walk } from './verify/history.ts';
import { type ChangedText, nothingWalked } from './verify/walked.ts';

const paying = (ledger: Ledger, after: Borrowed, before: Borrowed | null = null) =>
  fold(ledger, { at: NOW, records: [], incumbentRuns: [], borrowed: [{ before, after }] });

describe('what a borrowed run pays', () => {
  it('goes to the owner of its machine, four fifths, pending, and to the common purse', () => {
    const { ledger, postings } = paying(ledgerWith(1000), borrowedOf([borrowedRun()]));
    expect(postings).toEqual([
      { id: '9:borrowed', account: '#14', milli: -600_000 },
      { id: '9:borrowed', account: '#11', milli: 480_000 },
      { id: '9:borrowed', account: 'commons', milli: 120_000 },
    ]);
    expect(ledger.machines['ada.desk']).toMatchObject({ account: '#11', pending: [{ milli: 480_000 }] });
    expect(ledger.accounts['#11']).toEqual({ lots: [], debt: 0 });
  });

  it.each([
    ['a crash, a fifth', { outcome: 'crashed' as const }, 120_000],
    ['out of memory, a fifth', { outcome: 'out-of-memory' as const }, 120_000],
    ['a file that took too long, all', { outcome: 'timeout' as const }, 600_000],
    ['what was cut short, its seconds', { outcome: 'cancelled' as const, seconds: 60 }, 60_000],
    ['a record that says more than it is worth, what it is worth', { gross: 9_000_000 }, 600_000],
    ['a record that says less, what it says', { gross: 5 }, 5],
    ['a run on the borrower’s own machine, nothing', { ownerId: 14 }, 0],
  ])('for %s', (_, change, milli) => {
    const { ledger } = paying(ledgerWith(1000), borrowedOf([borrowedRun(change)]));
    expect(balanceOf(ledger, '#14')).toBe(1_000_000 - milli);
  });

  it('leaves a ledger that can be read, though the last thousandth earns its owner nothing', () => {
    const { ledger } = paying(ledgerWith(1000), borrowedOf([borrowedRun({ gross: 1 })]));
    expect(parseLedger(ledgerText(ledger))).toMatchObject({ ok: true });
  });

  it('is paid once', () => {
    const first = borrowedOf([borrowedRun()]);
    const { ledger } = paying(ledgerWith(1000), first);
    const more = borrowedOf([borrowedRun(), borrowedRun({ ordinal: 2, runId: 10, gross: 100_000 })]);
    expect(balanceOf(paying(ledger, more, first).ledger, '#14')).toBe(300_000);
  });

  it('is never more than there is, and adds up to zero, whatever records say', () => {
    const run = fc.record({
      gross: fc.integer({ min: 0, max: 10_000_000 }),
      seconds: fc.integer({ min: 0, max: 7200 }),
      ownerId: fc.integer({ min: 11, max: 15 }),
      outcome: fc.constantFrom('borrowed' as const, 'crashed' as const, 'cancelled' as const),
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), fc.array(run, { maxLength: 32 }), (credits, runs) => {
        const record = borrowedOf(
          runs.map((one, i) => borrowedRun({ ...one, ordinal: i + 1, runId: i + 1 })),
        );
        const { ledger, postings } = paying(ledgerWith(credits), record);
        expect(postings.reduce((sum, { milli }) => sum + milli, 0)).toBe(0);
        expect(ledger.accounts['#14']!.debt).toBe(0);
      }),
    );
  });
});

describe('verify', () => {
  const record = borrowedOf([borrowedRun()]);
  /** A commit that pays a record, as the bot writes it, with what a forger changes of it. */
  async function found(paid: Borrowed, change: (files: ChangedText[]) => void = () => {}) {
    const before = ledgerWith(1000);
    const { ledger } = paying(before, paid);
    const files: ChangedText[] = [
      { path: LEDGER_PATH, before: ledgerText(before), after: ledgerText(ledger) },
      { path: borrowedPath(41), before: null, after: borrowedText(paid) },
    ];
    change(files);
    const walked = nothingWalked();
    const config = { path: CONFIG_PATH, before: null, after: CONFIG };
    await walk(walked, { oid: 'a', at: NOW, files: [config], derived: [] });
    return { walked, findings: await walk(walked, { oid: 'b', at: NOW, files, derived: [] }) };
  }

  it('follows what the bot wrote', async () => {
    const { walked, findings } = await found(record);
    expect(findings).toEqual([]);
    expect(balanceOf(walked.ledger!, '#14')).toBe(400_000);
  });

  it.each<[string, Borrowed, (files: ChangedText[]) => void, string]>([
    ['a run that says another price', borrowedOf([borrowedRun({ gross: 700_000 })]), () => {}, '600000'],
    ['a run that is listed twice', borrowedOf([borrowedRun(), borrowedRun()]), () => {}, 'once'],
    ['a ledger that pays nobody', record, ([ledger]) => (ledger!.after = ledger!.before), 'balance'],
    ['a record at another place', record, (files) => (files[1]!.path = borrowedPath(42)), 'place'],
    ['a record that nobody can read', record, (files) => (files[1]!.after = '{}'), 'read'],
  ])('names %s', async (_, paid, change, expected) => {
    const { findings } = await found(paid, change);
    expect(findings.map((one) => one.expected).join('; ')).toContain(expected);
  });

  it('names a record that no ledger pays', async () => {
    const { walked } = await found(record);
    const other = { ...borrowedOf([borrowedRun({ runId: 10 })]), pull: 42 };
    const files = [{ path: borrowedPath(42), before: null, after: borrowedText(other) }];
    const findings = await walk(walked, { oid: 'c', at: NOW, files, derived: [] });
    expect(findings).toMatchObject([{ path: LEDGER_PATH, found: 'it was left as it was' }]);
  });

  it.each<[string, string | null, string]>([
    ['deleted', null, 'stays'],
    ['with another run in place of one', borrowedText(borrowedOf([borrowedRun({ runId: 8 })])), 'run 9'],
    ['with another price', borrowedText(borrowedOf([borrowedRun({ gross: 1 })])), 'as it was paid'],
    ['of another account', borrowedText({ ...record, account: '#15' }), '#14'],
  ])('names a record that was %s', async (_, after, expected) => {
    const { walked } = await found(record);
    const files = [{ path: borrowedPath(41), before: borrowedText(record), after }];
    const findings = await walk(walked, { oid: 'c', at: NOW, files, derived: [] });
    expect(findings.map((one) => one.expected).join('; ')).toContain(expected);
  });
});
