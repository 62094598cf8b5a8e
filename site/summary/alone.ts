import type { Event } from '../../core/formats/events.ts';

/** Which experiments have a page of their own: of those alone the results are read. */

type Result = Extract<Event, { kind: 'result' }>;

/** The latest experiments of a track have pages; of older ones, those that held the record or were adopted. */
const LATEST = 250;
/** Of these, so many of the latest have their result on the page. */
const KEPT = 250;

export function hasPage({ verdict }: Pick<Result, 'verdict'>, later: number): boolean {
  return later < LATEST || verdict === 'improved' || verdict === 'adopted' || verdict === 'not-held';
}

/** The latest verdict of each experiment whose result is shown, in whatever order. */
export function shownWhole(events: readonly Event[]): Result[] {
  const seen = new Set<string>();
  const later = new Map<string, { all: number; kept: number }>();
  return events.toReversed().filter((event): event is Result => {
    if (event.kind !== 'result') return false;
    const key = `${event.track} ${event.pull} ${event.blob}`;
    if (seen.has(key)) return false;
    seen.add(key);
    const counts = later.get(event.track) ?? { all: 0, kept: 0 };
    later.set(event.track, counts);
    const recent = counts.all < LATEST;
    if (!hasPage(event, counts.all++)) return false;
    return recent || counts.kept++ < KEPT;
  });
}
