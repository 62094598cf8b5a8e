import { dayBefore, dayOf } from '../calendar.ts';
import type { Day, Earner } from '../formats/ledger.ts';

/** What a machine earned lately, by day, and whether it may be spent: nobody has repeated yet what it said. */

/** Without a repeat, earnings are believed after so many days and so many further runs, some of which were repeated. */
const WAIT_DAYS = 7;
const WAIT_RUNS = 60;
/** How far back an outlier's earnings are doubted: ten forged runs between two audits pay less than this takes. */
const DOUBT_DAYS = 30;

export function newEarner(account: string): Earner {
  return { account, finished: 0, pending: [], recent: [] };
}

export function earned(earner: Earner, milli: number, day: string): Earner {
  const finished = earner.finished + 1;
  if (milli === 0) return { ...earner, finished }; // what a borrower has left may be less than it takes to earn anything
  return { ...earner, finished, pending: add(earner.pending, { day, milli, finished }) };
}

/** What of it may be spent from now on, and the machine afterwards. */
export interface Release {
  earner: Earner;
  released: Day[];
}

/** A repeat elsewhere agreed with a run of that day. The day itself waits for the next: what it measured later is not vouched for. */
export function vouched(earner: Earner, day: string): Release {
  return release(earner, (one) => one.day < day);
}

/** Time and further runs stand in for a repeat. @param at ISO 8601 */
export function matured(earner: Earner, at: string): Release {
  const kept = withoutOld(earner, at);
  const latest = dayBefore(at, WAIT_DAYS);
  return release(kept, ({ day, finished }) => day <= latest && finished + WAIT_RUNS <= earner.finished);
}

/** Where one run's pay is now: waiting, in its owner's hand, or lost to the common purse when its machine stood alone. */
export interface Unearned {
  earner: Earner;
  wasPending: number;
  wasLost: number;
}

export function unearned(earner: Earner, milli: number, day: string): Unearned {
  const on = (days: Day[]) => days.find((one) => one.day === day)?.milli ?? 0;
  const wasPending = Math.min(milli, on(earner.pending));
  const wasRecent = Math.min(milli - wasPending, on(earner.recent));
  const { lost } = earner;
  const wasLost = lost && day >= lost.from && day <= lost.to ? milli - wasPending - wasRecent : 0;
  const pending = subtract(earner.pending, day, wasPending);
  return {
    earner: { ...earner, pending, recent: subtract(earner.recent, day, wasRecent) },
    wasPending,
    wasLost,
  };
}

/** The machine stood alone: it loses what waits, and what it earned in the last days. */
export function doubted(earner: Earner, at: string): { earner: Earner; pending: number; inHand: number } {
  const { pending, recent, lost } = withoutOld(earner, at);
  const from = [dayBefore(at, DOUBT_DAYS), lost?.from, ...pending.map(({ day }) => day)].filter(
    (one) => one !== undefined,
  );
  const taken = { from: from.toSorted()[0]!, to: dayOf(at) };
  return {
    earner: { ...earner, pending: [], recent: [], lost: taken },
    pending: sum(pending),
    inHand: sum(recent),
  };
}

function withoutOld(earner: Earner, at: string): Earner {
  const oldest = dayBefore(at, DOUBT_DAYS);
  const recent = earner.recent.filter(({ day }) => day >= oldest);
  return recent.length < earner.recent.length ? { ...earner, recent } : earner;
}

export function sum(days: Day[]): number {
  return days.reduce((total, { milli }) => total + milli, 0);
}

function release(earner: Earner, isFree: (day: Day) => boolean): Release {
  const released = earner.pending.filter(isFree);
  if (released.length === 0) return { earner, released };
  const pending = earner.pending.filter((one) => !isFree(one));
  return { earner: { ...earner, pending, recent: released.reduce(add, earner.recent) }, released };
}

function add(days: Day[], { day, milli, finished }: Day): Day[] {
  const same = days.find((one) => one.day === day);
  const both = { day, milli: milli + (same?.milli ?? 0), finished: Math.max(finished, same?.finished ?? 0) };
  return [...days.filter((one) => one !== same), both];
}

function subtract(days: Day[], day: string, milli: number): Day[] {
  return days.flatMap((one) => {
    if (one.day !== day) return [one];
    return one.milli > milli ? [{ ...one, milli: one.milli - milli }] : [];
  });
}
