import type { Account, Ledger } from '../formats/ledger.ts';
import { own } from '../names.ts';
import { sum } from './earners.ts';
import { inHand, NOTHING, take } from './lots.ts';

/** Spending. A hold keeps credits for a pull request that waits; the commit of its verdict spends them. */

export interface Hold {
  account: string;
  /** Thousandths of a credit. */
  milli: number;
}

/** All that an account has or owes: the sum of its postings. */
export function balanceOf(ledger: Ledger, account: string): number {
  const known = own(ledger.accounts, account);
  if (known === undefined) return own(ledger.system, account) ?? 0;
  return inHand(known) - known.debt + pendingOf(ledger, account);
}

/** What its machines earned that nobody has vouched for yet. */
export function pendingOf(ledger: Ledger, account: string): number {
  const waiting = Object.values(ledger.machines).filter((machine) => machine.account === account);
  return waiting.reduce((total, { pending }) => total + sum(pending), 0);
}

export function heldBy(account: string, holds: Hold[]): number {
  return holds.filter((hold) => hold.account === account).reduce((total, { milli }) => total + milli, 0);
}

/** What may be spent beside what is held: nothing that is pending, and nothing while a debt is open. */
export function available(ledger: Ledger, account: string, holds: Hold[]): number {
  return Math.max(0, inHand(own(ledger.accounts, account) ?? NOTHING) - heldBy(account, holds));
}

/**
 * The account after spending, the oldest credits first. Main moves by compare-and-swap, and this is asked again with the ledger that
 * is there then: two that spend at once cannot both be first.
 * @returns null where it does not have as much: nothing is spent
 */
export function spent(account: Account | undefined, milli: number): Account | null {
  const isAmount = Number.isSafeInteger(milli) && milli > 0;
  return account && isAmount && milli <= inHand(account) ? take(account, milli) : null;
}
