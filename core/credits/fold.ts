import { dayOf } from '../calendar.ts';
import { type Borrowed, borrowedPath } from '../formats/borrowing/record.ts';
import { canonicalJson, type Ledger, type Posting } from '../formats/ledger.ts';
import {
  type Audit,
  type ExperimentResult,
  isSameAudit,
  type Paid,
  resultPath,
  runsIn,
} from '../formats/result.ts';
import { Book, spendingId } from './book.ts';
import { earning, earningsOf, type IncumbentRun } from './earnings.ts';

/** What one commit of main does to the ledger. The same commits give the same ledger, whoever folds them. */
export interface LedgerEvent {
  /** ISO 8601. */
  at: string;
  /** Records that it adds or changes. */
  records: { before: ExperimentResult | null; after: ExperimentResult }[];
  /** Runs of main's own file that it adds. */
  incumbentRuns: IncumbentRun[];
  /** Records of borrowed runs that it adds or adds runs to. */
  borrowed?: { before: Borrowed | null; after: Borrowed }[];
}

/**
 * What was spent comes first, so that nothing of the same commit pays for it.
 * @returns the ledger after the event, in whatever order its parts are listed, what was posted, all of which adds up to zero, and
 * what was not spent, since the account had less
 */
export function fold(
  ledger: Ledger,
  event: LedgerEvent,
): { ledger: Ledger; postings: Posting[]; overdrafts: Paid[] } {
  const book = new Book(ledger, event.at);
  book.passTime();
  const records = inOrder(event.records, ({ after }) => resultPath(after));
  const overdrafts = records.flatMap(newlyPaid).filter((paid) => !book.spend(paid));
  for (const { before, after } of records) {
    const [was, is] = [before ? earningsOf(before, ledger) : [], earningsOf(after, ledger)];
    const known = idsOf(before ? runsIn(before) : []);
    const [had, has] = [idsOf(was), idsOf(is)];
    for (const one of was) if (!has.has(one.runId)) book.takeBack(one);
    for (const one of is) if (!had.has(one.runId)) book.pay(one, known.has(one.runId));
    for (const audit of newly('agreed', before, after)) {
      // That weights bear out a loss says nothing of the machine's other runs.
      if (audit.why === 'scoring') continue;
      const audited = after.runs.find(({ runId }) => runId === audit.of);
      if (audited) book.vouch(audited.machine, dayOf(audited.at));
    }
    for (const { outlier } of newly('outlier', before, after)) if (outlier !== null) book.doubt(outlier);
  }
  for (const { track, run } of inOrder(
    event.incumbentRuns,
    ({ track, run }) => `${track} ${String(run.runId).padStart(16, '0')}`,
  ))
    for (const one of earning(run, { track, author: null }, ledger)) book.pay(one, false);
  for (const { before, after } of inOrder(event.borrowed ?? [], ({ after }) => borrowedPath(after.pull))) {
    const known = idsOf(before?.runs ?? []);
    for (const run of after.runs) if (!known.has(run.runId)) book.lend(after, run);
  }
  return { ...book.closed(), overdrafts };
}

/** Those that an account still has enough for, one after the other: what a commit may say was paid. */
export function covered(ledger: Ledger, at: string, wanted: Paid[]): Paid[] {
  const book = new Book(ledger, at);
  book.passTime();
  return wanted.filter((paid) => book.spend(paid));
}

/** Of a record: what it says was paid for the first time. */
function newlyPaid({ before, after }: LedgerEvent['records'][number]): Paid[] {
  const known = new Set(before?.paid?.map(spendingId));
  return after.paid?.filter((paid) => !known.has(spendingId(paid))) ?? [];
}

/** The order must follow from what a commit holds: the first crashes of a day pay, and the last login is shown. */
function inOrder<T>(all: readonly T[], keyOf: (one: T) => string): T[] {
  return all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/**
 * Whether a change of a record says anything to the ledger. Insights and words do not, and neither does a verdict that no further run
 * brought about.
 */
export function bears({ before, after }: LedgerEvent['records'][number]): boolean {
  const said = ({ runs, audits, rescores, paid = [] }: ExperimentResult) =>
    canonicalJson([runs, audits, rescores, paid]);
  return before === null || said(before) !== said(after);
}

function idsOf(runs: { runId: number }[]): Set<number> {
  return new Set(runs.map(({ runId }) => runId));
}

/** Audits that came to this end in this change. */
function newly(outcome: Audit['outcome'], before: ExperimentResult | null, after: ExperimentResult): Audit[] {
  const known = before?.audits.filter((audit) => audit.outcome === outcome) ?? [];
  return after.audits.filter((audit) => audit.outcome === outcome && !known.some(isSameAudit(audit)));
}
