import type { Ledger } from '../formats/ledger.ts';
import { dayBefore, dayOf } from './earners.ts';
import type { Earning } from './earnings.ts';
import { EXPIRES_DAYS } from './lots.ts';

/** Of one author's files, so many crashes a day pay one owner. A ring that writes junk for itself earns no more. */
const A_DAY = 10;

type Crashes = Ledger['crashes'];

/** The crashes that paid with this one among them; null when it does not pay. */
export function withCrash(crashes: Crashes, earning: Earning): Crashes | null {
  const { day, account, author } = { ...earning, day: dayOf(earning.at) };
  const same = crashes.find(is(earning)) ?? { day, account, author, paid: [] };
  if (same.paid.length >= A_DAY) return null;
  const paid = [...same.paid, earning.runId];
  return [...crashes.filter((one) => one !== same), { ...same, paid }];
}

/** The same without this one; null when it never paid. */
export function withoutCrash(crashes: Crashes, earning: Earning): Crashes | null {
  const same = crashes.find(is(earning));
  if (!same?.paid.includes(earning.runId)) return null;
  const paid = same.paid.filter((id) => id !== earning.runId);
  const others = crashes.filter((one) => one !== same);
  return paid.length === 0 ? others : [...others, { ...same, paid }];
}

/** Forgets those whose pay has expired. @param at ISO 8601 */
export function lateCrashes(crashes: Crashes, at: string): Crashes {
  const oldest = dayBefore(at, EXPIRES_DAYS);
  return crashes.every(({ day }) => day >= oldest) ? crashes : crashes.filter(({ day }) => day >= oldest);
}

function is({ at, account, author }: Earning): (one: Crashes[number]) => boolean {
  const day = dayOf(at);
  return (one) => one.day === day && one.account === account && one.author === author;
}
