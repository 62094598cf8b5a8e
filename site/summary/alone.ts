import type { Event } from '../../core/formats/events.ts';

/** Which experiments have a page of their own: of those alone the results are read. */

type Result = Extract<Event, { kind: 'result' }>;

/** The latest experiments of a track have pages; of older ones, those that held the record or were adopted. */
const LATEST = 250;
/** Of these, so many of the latest have their result on the page. */
const KEPT = 250;
/** Repeats of runs, the latest, whose losses are compared. */
export const AUDITS = 200;

export function hasPage({ verdict }: Pick<Result, 'verdict'>, later: number): boolean {
  return later < LATEST || verdict === 'improved' || verdict === 'adopted' || verdict === 'not-held';
}

/** The latest verdict of each experiment whose result is read: those with a page, and those that the latest audits are of. */
export function shownWhole(events: readonly Event[]): Result[] {
  const seen = new Set<string>();
  const audited = new Set<string>();
  const counts = new Map<string, { later: number; kept: number; audits: number }>();
  return events.toReversed().filter((event): event is Result => {
    if (event.kind !== 'result' && event.kind !== 'audit') return false;
    const key = `${event.track} ${event.pull} ${event.blob}`;
    const own = counts.get(event.track) ?? { later: 0, kept: 0, audits: 0 };
    counts.set(event.track, own);
    if (event.kind === 'audit') {
      if (own.audits++ < AUDITS) audited.add(key);
      return false;
    }
    if (seen.has(key)) return false;
    seen.add(key);
    const later = own.later++;
    if (later < LATEST || audited.has(key)) return true;
    return hasPage(event, later) && own.kept++ < KEPT;
  });
}
