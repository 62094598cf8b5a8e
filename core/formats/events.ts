import { z } from 'zod';
import type { Parsed } from '../parsed.ts';
import { bpb, time } from './primitives.ts';
import { runSchema, trackNameSchema, verdictSchema } from './run.ts';

/**
 * `results/events/<n>.jsonl`: what happened, in order, one JSON array a line. Lists, plots and feeds read it instead of the results. Lines
 * are added in the commit of what they tell of, and a file that is full never changes. The results stay the truth: `core/rules/events`
 * makes the same lines from them.
 */

export const EVENTS = 'results/events';
/** Lines in a file, at most. */
export const LINES = 250;
/** Characters in a file before the next one begins, whatever strangers call their machines. */
export const FULL = 200_000;

const pull = z.int().positive();
/** The first digits of a git blob, as in the names of results. */
const blob = z.string().regex(/^[0-9a-f]{12}$/, 'must be the first 12 digits of a git object id');
const name = z.string().max(200);
const loss = bpb.nullable();
const { stage, outcome, owner, machine } = runSchema.shape;

/** A line's places, after its kind. Here alone their order is written down. */
const kinds = {
  /** A verdict. A later one of the same experiment takes its place. */
  result: {
    at: time,
    pull,
    blob,
    track: trackNameSchema,
    verdict: verdictSchema,
    /** Of the reason. */
    code: name,
    valBpb: loss,
    heldoutBpb: loss,
    /** What it was compared with. */
    incumbent: loss,
    /** Estimated gain over it, and how sure that is; null where no rule estimates. */
    effect: z.number().nullable(),
    standardError: z.number().nullable(),
    title: name,
    author: name,
    /** The author's name of the agent, where there is one. */
    agent: name.nullable(),
    expect: z.number().nullable(),
    buildsOn: z.array(pull),
    runs: z.array(z.tuple([stage, owner, machine, outcome, loss, z.number().min(0)])),
  },
  /** A pull request joined the frontier of its track. */
  adopted: { at: time, pull, blob, track: trackNameSchema, gain: bpb, loss: z.number() },
  /** A chain was measured again: its head, and its pull requests in order. */
  certified: { at: time, pull, blob, track: trackNameSchema, pulls: z.array(pull) },
  refuted: { at: time, pull, blob, track: trackNameSchema, pulls: z.array(pull) },
  /** A file holds the record; `pull` and `author` are null for main's own first file. */
  record: {
    at: time,
    pull: pull.nullable(),
    blob,
    track: trackNameSchema,
    valBpb: bpb,
    author: name.nullable(),
    title: name,
  },
  /** A run was repeated elsewhere: on which machine it was, what came of it, and the machine that stood alone. */
  audit: {
    at: time,
    pull,
    blob,
    track: trackNameSchema,
    machine,
    outcome: z.enum(['agreed', 'outlier', 'unsettled', 'given-up']),
    outlier: machine.nullable(),
  },
  /** A machine measured on a track for the first time, or after it was long away. */
  machine: { at: time, track: trackNameSchema, machine, owner },
};

/** The names of each kind's places, in order. */
export const PLACES: Record<string, string[]> = Object.fromEntries(
  Object.entries(kinds).map(([kind, places]) => [kind, Object.keys(places)]),
);

type Kinds = typeof kinds;
export type Event = {
  [K in keyof Kinds]: { kind: K } & {
    [P in keyof Kinds[K]]: Kinds[K][P] extends z.ZodType<infer V> ? V : never;
  };
}[keyof Kinds];

const lineSchemas = Object.fromEntries(
  Object.entries(kinds).map(([kind, places]) => [
    kind,
    z.tuple([z.literal(kind), ...(Object.values(places) as z.ZodType[])]),
  ]),
);

/** Its line, without the end. */
export function eventLine(event: Event): string {
  const places = Object.keys(kinds[event.kind]);
  return JSON.stringify([event.kind, ...places.map((place) => (event as Record<string, unknown>)[place])]);
}

/** @param text of a whole file */
export function parseEvents(text: string): Parsed<Event[]> {
  const lines = text.split('\n');
  if (lines.pop() !== '') return bad(lines.length + 1, 'does not end: the file was cut');
  if (lines.length > LINES) return bad(LINES + 1, `is one too many: ${LINES} is the most`);
  const events: Event[] = [];
  for (const [i, line] of lines.entries()) {
    const parsed = parseEvent(line);
    if (typeof parsed === 'string') return bad(i + 1, parsed);
    events.push(parsed);
  }
  return { ok: true, value: events };
}

/** @param line without its end. @returns what is wrong with it, where something is */
export function parseEvent(line: string): Event | string {
  let value: unknown;
  try {
    value = JSON.parse(line); // arrays alone: there are no keys that could stand twice
  } catch (error) {
    return `is not JSON (${(error as Error).message})`;
  }
  const kind = Array.isArray(value) ? (value[0] as keyof Kinds) : undefined;
  if (kind === undefined || !Object.hasOwn(kinds, kind)) return 'is of a kind that is not known';
  const parsed = lineSchemas[kind]!.safeParse(value);
  if (!parsed.success) return `is not a whole ${kind}`;
  const places = Object.keys(kinds[kind]);
  return Object.fromEntries([
    ['kind', kind],
    ...places.map((place, i) => [place, parsed.data[i + 1]]),
  ]) as Event;
}

function bad(line: number, problem: string): Parsed<Event[]> {
  return { ok: false, problems: [`line ${line} ${problem}`] };
}

/** The newest file on main: its number, and its text, null where it cannot be read. */
export interface EventsFile {
  number: number;
  text: string | null;
}

export function eventsPath(number: number): string {
  return `${EVENTS}/${number}.jsonl`;
}

/** The number in the name of a file of events; null for other files. */
export function eventsNumber(file: string): number | null {
  return /^(0|[1-9]\d{0,14})\.jsonl$/.test(file) ? Number.parseInt(file, 10) : null;
}

/** The files of events in a listing by path, the oldest first; other files are left out. */
export function eventsFiles<T>(listed: ReadonlyMap<string, T>): { number: number; path: string; oid: T }[] {
  return [...listed]
    .flatMap(([path, oid]) => {
      const number = eventsNumber(path.slice(EVENTS.length + 1));
      return number === null ? [] : [{ number, path, oid }];
    })
    .sort((a, b) => a.number - b.number);
}

/**
 * Adds events after those of the newest file. One that is full or broken stays as it is: the next begins.
 * @returns the files that change, by path
 */
export function appended(newest: EventsFile | null, events: Event[]): { path: string; content: string }[] {
  const goesOn = newest?.text != null && parseEvents(newest.text).ok;
  let number = newest === null ? 0 : newest.number + (goesOn ? 0 : 1);
  let text = goesOn ? newest.text! : '';
  let lines = text.split('\n').length - 1;
  const files = new Map<string, string>();
  for (const event of events) {
    if (text.length > FULL || lines >= LINES) {
      number += 1;
      text = '';
      lines = 0;
    }
    text += `${eventLine(event)}\n`;
    lines += 1;
    files.set(eventsPath(number), text);
  }
  return [...files].map(([path, content]) => ({ path, content }));
}
