import type { Event } from '../../core/formats/events.ts';

/** Lines of `results/events` in a browser. The format's own parser is too large for it, so the build hands over the order of places. */

declare const EVENT_PLACES: Record<string, string[]>;

/** As in `core/formats/events.ts`: a file of so many lines or characters is followed by the next. */
declare const EVENT_LIMITS: { lines: number; characters: number };

export interface Cursor {
  file: number;
  /** That were read of it. */
  lines: number;
}

/** What stands after the cursor. A last line that does not end is left for the next time, and one that is no event is left out. */
export function newsIn(
  text: string,
  { file, lines: read }: Cursor,
): { events: Event[]; cursor: Cursor; full: boolean } {
  const lines = text.split('\n').slice(0, -1);
  const events = lines.slice(read).flatMap((line) => eventOf(line) ?? []);
  const full = lines.length >= EVENT_LIMITS.lines || text.length > EVENT_LIMITS.characters;
  const cursor = full ? { file: file + 1, lines: 0 } : { file, lines: Math.max(read, lines.length) };
  return { events, cursor, full };
}

/** Null for what is no event. */
export function eventOf(line: string): Event | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const [kind, ...rest] = Array.isArray(value) ? value : [];
  const places = typeof kind === 'string' && Object.hasOwn(EVENT_PLACES, kind) ? EVENT_PLACES[kind]! : [];
  if (places.length === 0 || places.length !== rest.length) return null;
  const event = { kind, ...Object.fromEntries(places.map((place, i) => [place, rest[i]])) };
  return isShowable(event) ? (event as Event) : null;
}

/** What is shown of an event is of the right kind; all of it is shown as text. */
function isShowable(event: Record<string, unknown>): boolean {
  return Object.entries(SHOWN).every(([place, isRight]) => !(place in event) || isRight(event[place]));
}

const isText = (value: unknown) => typeof value === 'string';
const isNumber = (value: unknown) => typeof value === 'number';
const orNull = (is: (value: unknown) => boolean) => (value: unknown) => value === null || is(value);

const SHOWN: Record<string, (value: unknown) => boolean> = {
  at: (value) => isText(value) && !Number.isNaN(Date.parse(value as string)),
  track: isText,
  pull: orNull(isNumber),
  blob: isText,
  verdict: isText,
  title: isText,
  author: orNull(isText),
  valBpb: orNull(isNumber),
  incumbent: orNull(isNumber),
  loss: isNumber,
  pulls: (value) => Array.isArray(value) && value.every(isNumber),
  machine: isText,
  outcome: isText,
  outlier: orNull(isText),
};
