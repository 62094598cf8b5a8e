import { worthOf } from '../../../core/credits/borrowing.ts';
import { fold, type LedgerEvent } from '../../../core/credits/fold.ts';
import { type Borrowed, borrowedPath, borrowedText } from '../../../core/formats/borrowing/record.ts';
import type { Ledger } from '../../../core/formats/ledger.ts';
import type { FileWrite } from '../../model/effect.ts';

/** The record of what was borrowed, with what each run cost: the ledger says it, so that the two cannot differ. */

/** @param ledger main's, at the prices of this commit; null where it cannot be read: then nothing is paid yet */
export function asPaid(ledger: Ledger | null, at: string, { runs, ...record }: Borrowed): Borrowed {
  if (ledger === null) return { ...record, runs };
  const worth = runs.map((run) => ({ ...run, gross: worthOf(record, run, ledger, at) }));
  const event: LedgerEvent = {
    ...{ at, records: [], incumbentRuns: [] },
    borrowed: [{ before: null, after: { ...record, runs: worth } }],
  };
  const { postings } = fold(ledger, event);
  const paid = (runId: number) =>
    postings.find(({ id, account }) => id === `${runId}:borrowed` && account === record.account)?.milli ?? 0;
  return { ...record, runs: runs.map((run) => ({ ...run, gross: -paid(run.runId) })) };
}

export function borrowedFiles(records: Borrowed[]): FileWrite[] {
  return records.map((record) => ({ path: borrowedPath(record.pull), content: borrowedText(record) }));
}
