import type { DatabaseSync } from 'node:sqlite';
import { EXPERIMENTS, parseResult } from '../../core/formats/result.ts';
import { countFiles, resolve } from '../clone/git.ts';
import { fetchMissing, readBlobs } from './blobs.ts';
import { type Changes, changesBetween, changesFrom } from './changes.ts';
import { type Rows, rowsOf } from './rows.ts';
import { getMeta, setMeta } from './store.ts';

/** Brings the index to `commit`, and reads only what changed since its own commit. @returns how many files changed */
export async function update(
  store: DatabaseSync,
  folder: string,
  commit: string,
  progress: (done: number) => void = () => {},
): Promise<number> {
  if (getMeta(store, 'commit') === commit) return 0;
  store.exec('BEGIN IMMEDIATE'); // first, so that of two processes the second finds the work done
  try {
    const from = getMeta(store, 'commit');
    const base = from === null ? null : await resolve(folder, `${from}^{commit}`);
    await fetchMissing(folder, base, commit, EXPERIMENTS);
    const rows = rowsOf(store);
    let done = 0;
    const batches =
      base === null ? changesFrom(store, folder, commit) : [await changesBetween(folder, base, commit)];
    for await (const changed of batches) {
      await write(rows, folder, changed);
      done += changed.size;
      progress(done);
    }
    if (!(await isComplete(store, folder, commit)))
      for await (const changed of changesFrom(store, folder, commit)) await write(rows, folder, changed);
    setMeta(store, 'commit', commit);
    store.exec('COMMIT');
    return done;
  } catch (error) {
    store.exec('ROLLBACK');
    throw error;
  }
}

/** Whether every result file of the commit has its row. Otherwise the index would never show the missing ones. */
async function isComplete(store: DatabaseSync, folder: string, commit: string): Promise<boolean> {
  const tables = '(SELECT count(*) FROM experiments) + (SELECT count(*) FROM skipped)';
  const rows = Number(store.prepare(`SELECT ${tables} AS n`).get()?.n);
  return rows === (await countFiles(folder, commit, EXPERIMENTS));
}

async function write(rows: Rows, folder: string, changed: Changes): Promise<void> {
  const added: { path: string; id: string }[] = [];
  for (const [path, id] of changed) {
    rows.remove(path);
    if (id !== null) added.push({ path, id });
  }
  let at = 0;
  for await (const bytes of readBlobs(
    folder,
    added.map((file) => file.id),
  )) {
    const { path, id } = added[at]!;
    rows.add(path, id, parseResult(bytes));
    at += 1;
  }
}
