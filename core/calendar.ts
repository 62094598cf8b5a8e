/** Days and weeks in UTC, as `2026-11-27`. */

export const DAY_MS = 86_400_000;

/** As times are written here; another form is read as a date. */
export function dayOf(at: string): string {
  return at.endsWith('Z') && at[10] === 'T'
    ? at.slice(0, 10)
    : new Date(Date.parse(at)).toISOString().slice(0, 10);
}

/** The day so many days earlier. @param at ISO 8601 */
export function dayBefore(at: string, days: number): string {
  const day = dayOf(at);
  const key = `${day} ${days}`;
  const before = earlier.get(key) ?? new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10);
  if (earlier.size > 1000) earlier.clear();
  earlier.set(key, before);
  return before;
}

/** One event of the ledger asks the same for every machine and every week. */
const earlier = new Map<string, string>();

/** The Monday of a moment's week. @param at ISO 8601 */
export function weekOf(at: string): string {
  const time = Date.parse(at);
  const sinceMonday = (new Date(time).getUTCDay() + 6) % 7;
  return new Date(time - sinceMonday * DAY_MS).toISOString().slice(0, 10);
}
