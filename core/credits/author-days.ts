import type { Ledger } from '../formats/ledger.ts';
import { DOUBT_DAYS, dayBefore, dayOf } from './earners.ts';
import type { Earning } from './earnings.ts';
import { EXPIRES_DAYS } from './lots.ts';

/**
 * How much one author's files bring owners in a day. Measuring costs the author nothing and pays the owners, so without a bound
 * two logins of one person could write and measure junk for each other without end. The first runs that main records count.
 */

/**
 * Whoever waits for each answer before trying the next starts some 80 runs of six minutes a day. More than that is a ring, or an
 * author who can bid.
 */
export const RUNS_A_DAY = 100;

type AuthorDays = Ledger['authors'];
type Counted = Pick<Earning, 'runId' | 'author' | 'at'>;

/** The days with this run among those that pay, or among those that do not. Main's own file has no author, and no bound. */
export function withRun(days: AuthorDays, run: Counted): { days: AuthorDays; pays: boolean } {
  if (run.author === '') return { days, pays: true };
  const same = days.find(is(run)) ?? { day: dayOf(run.at), author: run.author, paid: 0, unpaid: [] };
  const pays = same.paid < RUNS_A_DAY;
  const next = pays ? { ...same, paid: same.paid + 1 } : { ...same, unpaid: [...same.unpaid, run.runId] };
  return { days: [...days.filter((one) => one !== same), next], pays };
}

/** The days without this run, and whether it had paid. */
export function withoutRun(days: AuthorDays, run: Counted): { days: AuthorDays; paid: boolean } {
  const same = days.find(is(run));
  if (same === undefined) return { days, paid: true };
  const paid = !same.unpaid.includes(run.runId);
  const next = paid
    ? { ...same, paid: Math.max(0, same.paid - 1) }
    : { ...same, unpaid: same.unpaid.filter((id) => id !== run.runId) };
  const others = days.filter((one) => one !== same);
  return { days: next.paid + next.unpaid.length === 0 ? others : [...others, next], paid };
}

/** Forgets days that nothing is added to any more; those with unpaid runs only when all pay of then has expired. @param at ISO 8601 */
export function lateDays(days: AuthorDays, at: string): AuthorDays {
  const [settled, expired] = [dayBefore(at, DOUBT_DAYS), dayBefore(at, EXPIRES_DAYS)];
  const isOver = ({ day, unpaid }: AuthorDays[number]) =>
    day < expired || (day < settled && unpaid.length === 0);
  return days.some(isOver) ? days.filter((one) => !isOver(one)) : days;
}

function is({ at, author }: Counted): (one: AuthorDays[number]) => boolean {
  const day = dayOf(at);
  return (one) => one.day === day && one.author === author;
}
