import { dayBefore, dayOf } from '../calendar.ts';
import { EXPIRES_DAYS } from './lots.ts';

/** Of one kind so many runs a day pay. The first that main records count, and one that is taken back makes no room for another's pay. */

export interface CappedDay {
  day: string;
  /** How many paid. */
  paid: number;
  /** Workflow runs beyond those: they paid nothing. */
  unpaid: number[];
}

/** After so many days nothing is added to a day any more: its verdicts are reached. */
const SETTLED_DAYS = 14;

/** The days with this run among those that pay, or among those that do not. @param fresh the run's day, where it is the first */
export function withRunOf<D extends CappedDay>(
  days: D[],
  runId: number,
  fresh: D,
  isSame: (one: D) => boolean,
  cap: number,
): { days: D[]; pays: boolean } {
  const at = days.findIndex(isSame);
  const same = days[at] ?? fresh;
  const pays = same.paid < cap;
  const next = pays ? { ...same, paid: same.paid + 1 } : { ...same, unpaid: [...same.unpaid, runId] };
  return { days: [...(at < 0 ? days : days.toSpliced(at, 1)), next], pays };
}

/** The days without this run, and whether it had paid. Of days that are forgotten all runs had. */
export function withoutRunOf<D extends CappedDay>(
  days: D[],
  runId: number,
  isSame: (one: D) => boolean,
): { days: D[]; paid: boolean } {
  const at = days.findIndex(isSame);
  const same = days[at];
  if (!same) return { days, paid: true };
  const paid = !same.unpaid.includes(runId);
  const next = paid
    ? { ...same, paid: Math.max(0, same.paid - 1) }
    : { ...same, unpaid: same.unpaid.filter((id) => id !== runId) };
  const others = days.toSpliced(at, 1);
  return { days: next.paid + next.unpaid.length === 0 ? others : [...others, next], paid };
}

/**
 * Forgets days that nothing is added to any more; those with unpaid runs only when all pay of then has expired.
 * @param since when it was asked last, ISO 8601 @param at ISO 8601
 */
export function withoutLate<D extends CappedDay>(days: D[], since: string, at: string): D[] {
  if (dayOf(since) === dayOf(at)) return days;
  const [settled, expired] = [dayBefore(at, SETTLED_DAYS), dayBefore(at, EXPIRES_DAYS)];
  const isOver = ({ day, unpaid }: D) => day < expired || (day < settled && unpaid.length === 0);
  return days.some(isOver) ? days.filter((one) => !isOver(one)) : days;
}
