import { COMMONS, type Ledger, type Posting } from '../formats/ledger.ts';
import { own } from '../names.ts';
import { sum } from './earners.ts';
import { inHand, NOTHING, take } from './lots.ts';

/** Spending. A hold keeps credits for a pull request that waits; the commit of its verdict spends them. */

export interface Hold {
  /** Of the spending it is for. */
  id: string;
  account: string;
  /** Thousandths of a credit. */
  milli: number;
}

/** All that an account has or owes: the sum of its postings. */
export function balanceOf(ledger: Ledger, account: string): number {
  const known = own(ledger.accounts, account);
  if (known === undefined) return own(ledger.system, account) ?? 0;
  const waiting = Object.values(ledger.machines).filter((machine) => machine.account === account);
  return inHand(known) - known.debt + waiting.reduce((total, { pending }) => total + sum(pending), 0);
}

/** What may be spent beside what is held: nothing that is pending, and nothing while a debt is open. */
export function available(ledger: Ledger, account: string, holds: Hold[]): number {
  const held = holds
    .filter((hold) => hold.account === account)
    .reduce((total, { milli }) => total + milli, 0);
  return Math.max(0, inHand(own(ledger.accounts, account) ?? NOTHING) - held);
}

/** The holds with this one, or null where it does not fit. One spending is held once. */
export function hold(ledger: Ledger, holds: Hold[], wanted: Hold): Hold[] | null {
  const others = holds.filter(({ id }) => id !== wanted.id);
  return isAmount(wanted) && wanted.milli <= available(ledger, wanted.account, others)
    ? [...others, wanted]
    : null;
}

/**
 * Spends into the common purse. Main moves by compare-and-swap, and this is asked again with the ledger that is there then: two
 * that spend at once cannot both be first.
 * @returns null where the account does not have as much: nothing is spent
 */
export function spend(ledger: Ledger, wanted: Hold): { ledger: Ledger; postings: Posting[] } | null {
  const { id, account, milli } = wanted;
  const before = own(ledger.accounts, account);
  if (!before || !isAmount(wanted) || milli > inHand(before)) return null;
  const purse = (own(ledger.system, COMMONS) ?? 0) + milli;
  return {
    ledger: {
      ...ledger,
      accounts: { ...ledger.accounts, [account]: take(before, milli) },
      system: { ...ledger.system, [COMMONS]: purse },
    },
    postings: [
      { id, account, milli: -milli },
      { id, account: COMMONS, milli },
    ],
  };
}

function isAmount({ milli }: Hold): boolean {
  return Number.isSafeInteger(milli) && milli > 0;
}
