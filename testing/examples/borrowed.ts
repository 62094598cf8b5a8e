import { weekOf } from '../../core/calendar.ts';
import { pricesOf } from '../../core/credits/prices.ts';
import type { Borrowed, BorrowedRun } from '../../core/formats/borrowing/record.ts';
import { type Ledger, openLedger } from '../../core/formats/ledger.ts';
import { config } from './config.ts';
import { BLOB, NOW } from './names.ts';

/** A run of ten minutes that ada's machine did for nova. */
export function borrowedRun(change: Partial<BorrowedRun> = {}): BorrowedRun {
  return {
    ...{ ordinal: 1, seed: 5, runId: 9, machine: 'ada.desk', owner: 'ada', ownerId: 11, at: NOW },
    ...{ seconds: 600, outcome: 'borrowed', gross: 600_000, artifact: null },
    ...change,
  };
}

export function borrowedOf(runs: BorrowedRun[]): Borrowed {
  return {
    ...{ schema: 1, pull: 41, account: '#14', login: 'nova', track: 'cpu', file: BLOB, keep: 'weights' },
    runs,
  };
}

/** A ledger in which nova has so many credits in hand, and nothing else. */
export function ledgerWith(credits: number): Ledger {
  const lots = credits === 0 ? [] : [{ week: weekOf(NOW), milli: credits * 1000 }];
  const open = openLedger(NOW, pricesOf(config));
  return { ...open, accounts: { '#14': { lots, debt: 0 } } };
}
