import { EVENTS, eventsFiles } from '../../core/formats/events.ts';
import { git, listing } from '../clone/git.ts';
import { rebuiltEvents } from './rebuild.ts';

/** Where `results/events` and what follows from the results part for the first time. */
export interface Difference {
  /** Where it stands or should stand, for instance `results/events/3.jsonl:17`. */
  at: string;
  /** Null where nothing is to stand there. */
  expected: string | null;
  /** Null where nothing stands there. */
  found: string | null;
  /** The commit whose results say so; null for a line that no commit explains. */
  commit: string | null;
}

export interface Checked {
  /** Lines that are as they should be. */
  same: number;
  difference: Difference | null;
}

interface Line {
  at: string;
  text: string;
}

/**
 * Makes the events of main's history again and compares. What happened before events were written, and what people changed by hand,
 * need not be there.
 */
export async function checkEvents(folder: string, commit: string): Promise<Checked> {
  const lines = await linesOf(folder, commit);
  let same = 0;
  for await (const { line, commit: by, wrote } of rebuiltEvents(folder, commit)) {
    const found = lines[same];
    if (found?.text === line) same += 1;
    else if (wrote) {
      const at = found?.at ?? `after ${lines.at(-1)?.at ?? EVENTS}`;
      return { same, difference: { at, expected: line, found: found?.text ?? null, commit: by } };
    }
  }
  const extra = lines[same];
  if (!extra) return { same, difference: null };
  return { same, difference: { at: extra.at, expected: null, found: extra.text, commit: null } };
}

async function linesOf(folder: string, commit: string): Promise<Line[]> {
  const lines: Line[] = [];
  for (const { path, oid } of eventsFiles(await listing(folder, commit, EVENTS))) {
    const texts = (await git(folder, ['cat-file', 'blob', oid])).split('\n');
    if (texts.at(-1) === '') texts.pop();
    lines.push(...texts.map((text, i) => ({ at: `${path}:${i + 1}`, text })));
  }
  return lines;
}
