import { dayOf } from '../calendar.ts';
import type { Ledger } from '../formats/ledger.ts';
import { withoutRunOf, withRunOf } from './day-caps.ts';
import type { Earning } from './earnings.ts';

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

/** Main's own file has no author, and no bound. */
export function withRun(days: AuthorDays, run: Counted): { days: AuthorDays; pays: boolean } {
  const { runId, author, at } = run;
  if (author === '') return { days, pays: true };
  return withRunOf(days, runId, { day: dayOf(at), author, paid: 0, unpaid: [] }, is(run), RUNS_A_DAY);
}

export function withoutRun(days: AuthorDays, run: Counted): { days: AuthorDays; paid: boolean } {
  return withoutRunOf(days, run.runId, is(run));
}

function is({ at, author }: Counted): (one: AuthorDays[number]) => boolean {
  const day = dayOf(at);
  return (one) => one.day === day && one.author === author;
}
