import type { DatabaseSync } from 'node:sqlite';
import { EVENTS, type Event, eventsFiles, parseEvents } from '../../core/formats/events.ts';
import { EXPERIMENTS, resultPath } from '../../core/formats/result.ts';
import { changes, countFiles, listing } from '../clone/git.ts';
import { fetchMissing, readBlobs } from './blobs.ts';
import { getMeta, setMeta } from './store.ts';

/**
 * Every verdict, as the events tell it. They are a hundredth of the results, so that a first `status` need not read those. A verdict
 * that is told again takes the place of the earlier one.
 */

/**
 * Brings the table of verdicts to `commit`.
 * @returns whether it knows every result of the commit; if not, the results have to be read
 */
export async function updateVerdicts(store: DatabaseSync, folder: string, commit: string): Promise<boolean> {
  if (getMeta(store, 'verdicts') === commit) return true;
  store.exec('BEGIN IMMEDIATE');
  try {
    const whole = (await add(store, folder, commit)) && (await isWhole(store, folder, commit));
    if (whole) setMeta(store, 'verdicts', commit);
    store.exec(whole ? 'COMMIT' : 'ROLLBACK');
    return whole;
  } catch (error) {
    store.exec('ROLLBACK');
    throw error;
  }
}

/** @returns false where a file of events cannot be read */
async function add(store: DatabaseSync, folder: string, commit: string): Promise<boolean> {
  const files = await filesSince(store, folder, commit);
  await fetchMissing(folder, null, commit, EVENTS);
  const put = store.prepare('INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for await (const blob of readBlobs(folder, files)) {
    const parsed = parseEvents(blob?.toString('utf8') ?? '-');
    if (!parsed.ok) return false;
    for (const event of parsed.value) if (event.kind === 'result') put.run(...columns(event));
  }
  return true;
}

/** Files of events that the table does not know as they are now, the oldest first. */
async function filesSince(store: DatabaseSync, folder: string, commit: string): Promise<string[]> {
  const before = getMeta(store, 'verdicts');
  const known = before === null ? null : await changes(folder, before, commit, EVENTS).catch(() => null);
  if (known === null) store.exec('DELETE FROM verdicts'); // nothing is known, or main's history was rewritten
  const files = eventsFiles<string | null>(known ?? (await listing(folder, commit, EVENTS)));
  return files.flatMap(({ oid }) => oid ?? []);
}

function columns(event: Extract<Event, { kind: 'result' }>) {
  const { pull, author, agent, track, verdict, code, valBpb, incumbent, title, at } = event;
  const path = resultPath({ pull, blob: event.blob, track });
  return [path, pull, author, agent, track, verdict, code, valBpb, incumbent, title, at] as const;
}

/**
 * Results that are older than the events, or that a person wrote, are not told: they are missing until they were read. Some cannot be
 * read at all, which is known then.
 */
async function isWhole(store: DatabaseSync, folder: string, commit: string): Promise<boolean> {
  const count = (table: string) => Number(store.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
  const unread = count('skipped WHERE path NOT IN (SELECT path FROM verdicts)');
  return count('verdicts') + unread === (await countFiles(folder, commit, EXPERIMENTS));
}

/**
 * The same from the results, which were read up to `commit`, where the events do not tell all of them. What comes after that commit is
 * told by the events again.
 */
export function verdictsOfResults(store: DatabaseSync, commit: string): void {
  store.exec('BEGIN IMMEDIATE');
  store.exec(`DELETE FROM verdicts;
    INSERT INTO verdicts SELECT path, pull, author, agent, track, verdict, code, valBpb, baseBpb, title, decidedAt FROM experiments`);
  setMeta(store, 'verdicts', commit);
  store.exec('COMMIT');
}
