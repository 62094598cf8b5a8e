import type { DatabaseSync } from 'node:sqlite';
import { EXPERIMENTS } from '../../core/formats/result.ts';
import { changes, folders, listing } from '../clone/git.ts';

/** Which result files an update must read. */

/** Path of a result file -> its new blob, null when it is gone. */
export type Changes = Map<string, string | null>;

/** What changed between two commits, at a cost in proportion to the change. */
export async function changesBetween(folder: string, from: string, to: string): Promise<Changes> {
  return onlyResults(await changes(folder, from, to, EXPERIMENTS));
}

/**
 * What differs from the index, for a clone whose old commit is gone, or an empty index. It compares file by file, one folder of a
 * thousand results at a time, so that 100,000 need no more memory than 1,000.
 */
export async function* changesFrom(
  store: DatabaseSync,
  folder: string,
  commit: string,
): AsyncGenerator<Changes> {
  const there = await folders(folder, commit, EXPERIMENTS);
  for (const under of new Set([...there, ...indexedFolders(store)])) {
    const changed: Changes = onlyResults(await listing(folder, commit, under));
    for (const { path, oid } of indexed(store, under)) {
      if (!changed.has(path)) changed.set(path, null);
      else if (changed.get(path) === oid) changed.delete(path);
    }
    yield changed;
  }
}

function indexed(store: DatabaseSync, under: string): { path: string; oid: string }[] {
  const range = 'WHERE path >= ? AND path < ?';
  const query = `SELECT path, oid FROM experiments ${range} UNION ALL SELECT path, oid FROM skipped ${range}`;
  const bounds = [`${under}/`, `${under}0`]; // '0' follows '/'
  const rows = store.prepare(query).all(...bounds, ...bounds);
  return rows.map((row) => ({ path: String(row.path), oid: String(row.oid) }));
}

function indexedFolders(store: DatabaseSync): Set<string> {
  const found = new Set<string>();
  for (const row of store
    .prepare('SELECT path FROM experiments UNION ALL SELECT path FROM skipped')
    .iterate()) {
    found.add(String(row.path).split('/').slice(0, 3).join('/'));
  }
  return found;
}

function onlyResults<T>(files: Map<string, T>): Map<string, T> {
  return new Map([...files].filter(([path]) => path.endsWith('.json')));
}
