import { dayOf } from '../calendar.ts';
import type { Ledger } from '../formats/ledger.ts';
import { withoutRunOf, withRunOf } from './day-caps.ts';
import type { Earning } from './earnings.ts';

/** Of one author's files, so many crashes a day pay one owner. A ring that writes junk for itself earns no more. */
const A_DAY = 10;

type Crashes = Ledger['crashes'];

export function withCrash(crashes: Crashes, earning: Earning): { days: Crashes; pays: boolean } {
  const { runId, account, author, at } = earning;
  const fresh = { day: dayOf(at), account, author, paid: 0, unpaid: [] };
  return withRunOf(crashes, runId, fresh, is(earning), A_DAY);
}

export function withoutCrash(crashes: Crashes, earning: Earning): { days: Crashes; paid: boolean } {
  return withoutRunOf(crashes, earning.runId, is(earning));
}

function is({ at, account, author }: Earning): (one: Crashes[number]) => boolean {
  const day = dayOf(at);
  return (one) => one.day === day && one.account === account && one.author === author;
}
