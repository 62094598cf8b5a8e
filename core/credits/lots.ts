import { DAY_MS, dayBefore } from '../calendar.ts';
import type { Account, Lot } from '../formats/ledger.ts';

/** What an owner has, by the week in which it was earned: the oldest is spent first, and it expires after half a year. */

export const EXPIRES_DAYS = 180;
/** From the first day of its week to the day on which it is gone: it lasts from the end of its week. */
const LASTS_DAYS = 7 + EXPIRES_DAYS;

export const NOTHING: Account = { lots: [], debt: 0 };

/** Debts are paid first. */
export function put({ lots, debt }: Account, milli: number, week: string): Account {
  const paid = Math.min(debt, milli);
  const rest = milli - paid;
  if (rest === 0) return { lots, debt: debt - paid };
  const same = lots.find((lot) => lot.week === week);
  const others = lots.filter((lot) => lot !== same);
  const next = [...others, { week, milli: (same?.milli ?? 0) + rest }];
  return { lots: next.toSorted((a, b) => a.week.localeCompare(b.week)), debt: debt - paid };
}

/** The oldest first; what is not there becomes a debt. */
export function take({ lots, debt }: Account, milli: number): Account {
  let left = milli;
  const kept: Lot[] = [];
  for (const lot of lots) {
    const taken = Math.min(lot.milli, left);
    left -= taken;
    if (lot.milli > taken) kept.push({ ...lot, milli: lot.milli - taken });
  }
  return { lots: kept, debt: debt + left };
}

/** What may be spent. */
export function inHand({ lots }: Account): number {
  return lots.reduce((sum, lot) => sum + lot.milli, 0);
}

/** Lots whose time is over, and the account without them. @param at ISO 8601 */
export function expire(account: Account, at: string): { account: Account; expired: Lot[] } {
  const latest = dayBefore(at, LASTS_DAYS);
  const isOver = ({ week }: Lot) => week <= latest;
  const expired = account.lots.filter(isOver);
  if (expired.length === 0) return { account, expired };
  return { account: { ...account, lots: account.lots.filter((lot) => !isOver(lot)) }, expired };
}

/** The day on which it is gone. */
export function expiryOf({ week }: Pick<Lot, 'week'>): string {
  return new Date(Date.parse(week) + LASTS_DAYS * DAY_MS).toISOString().slice(0, 10);
}
