import type { DatabaseSync } from 'node:sqlite';
import type { ExperimentRecord } from '../../results/schema.ts';
import { fetchMissing, readBlobs } from './blobs.ts';
import { diffText } from './diff-words.ts';
import { changes, listing, resolve } from './git.ts';
import { type Parsed, parseRecord } from './parse-record.ts';
import { getMeta, setMeta } from './store.ts';

export const EXPERIMENTS = 'results/experiments';

/** Brings the index to `commit`, reading only what changed since the commit it stands at. @returns how many files changed */
export async function update(
  store: DatabaseSync,
  folder: string,
  commit: string,
  progress: (done: number, total: number) => void = () => {},
): Promise<number> {
  if (getMeta(store, 'commit') === commit) return 0;
  store.exec('BEGIN IMMEDIATE'); // first, so that of two processes the second finds the work done
  try {
    const from = getMeta(store, 'commit');
    const base = from === null ? null : await resolve(folder, `${from}^{commit}`);
    const changed = await changesSince(store, folder, base, commit);
    await write(store, folder, base, commit, changed, progress);
    setMeta(store, 'commit', commit);
    store.exec('COMMIT');
    return changed.size;
  } catch (error) {
    store.exec('ROLLBACK');
    throw error;
  }
}

async function write(
  store: DatabaseSync,
  folder: string,
  base: string | null,
  commit: string,
  changed: Map<string, string | null>,
  progress: (done: number, total: number) => void,
): Promise<void> {
  const rows = writer(store);
  const added: { path: string; id: string }[] = [];
  for (const [path, id] of changed) {
    rows.remove(path);
    if (id !== null) added.push({ path, id });
  }
  if (added.length > 0) await fetchMissing(folder, base, commit, EXPERIMENTS);
  const ids = added.map((file) => file.id);
  let done = 0;
  for await (const bytes of readBlobs(folder, ids)) {
    const { path, id } = added[done]!;
    rows.add(path, id, parseRecord(bytes));
    done += 1;
    if (done % 1000 === 0) progress(done, ids.length);
  }
}

/** By a tree diff where the old commit is still there; a fresh or rewritten clone is compared file by file. */
async function changesSince(
  store: DatabaseSync,
  folder: string,
  from: string | null,
  to: string,
): Promise<Map<string, string | null>> {
  if (from !== null) {
    return onlyRecords(await changes(folder, from, to, EXPERIMENTS));
  }
  const now = onlyRecords(await listing(folder, to, EXPERIMENTS));
  const known = store.prepare('SELECT path, oid FROM experiments UNION ALL SELECT path, oid FROM skipped');
  const changed = new Map<string, string | null>(now);
  for (const row of known.iterate()) {
    const path = String(row.path);
    if (!now.has(path)) changed.set(path, null);
    else if (now.get(path) === row.oid) changed.delete(path);
  }
  return changed;
}

function onlyRecords<T>(files: Map<string, T>): Map<string, T> {
  return new Map([...files].filter(([path]) => path.endsWith('.json')));
}

function writer(store: DatabaseSync) {
  const experiment = store.prepare(
    `INSERT INTO experiments (path, oid, pull, author, agent, blob, track, verdict, code, reason, valBpb, incumbentPull,
       incumbentBlob, incumbentBpb, runs, decidedAt, title, hypothesis, change, expect, insights)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const words = store.prepare(
    'INSERT INTO words (rowid, title, hypothesis, change, insights, reason, diff) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const parent = store.prepare('INSERT OR IGNORE INTO parents VALUES (?, ?)');
  const skip = store.prepare('INSERT INTO skipped VALUES (?, ?, ?, ?)');
  const find = store.prepare('SELECT id FROM experiments WHERE path = ?');
  const removals = ['words WHERE rowid', 'parents WHERE child', 'experiments WHERE id'].map((where) =>
    store.prepare(`DELETE FROM ${where} = ?`),
  );
  const unskip = store.prepare('DELETE FROM skipped WHERE path = ?');

  return {
    remove(path: string): void {
      const row = find.get(path);
      if (row !== undefined) for (const removal of removals) removal.run(row.id as number);
      else unskip.run(path);
    },
    add(path: string, oid: string, parsed: Parsed): void {
      if (parsed.kind !== 'record') {
        skip.run(path, oid, parsed.kind, parsed.problem);
        return;
      }
      const record = parsed.record;
      const id = experiment.run(...columns(path, oid, record)).lastInsertRowid;
      words.run(id, ...texts(record));
      for (const pull of record.authorText.buildsOn) parent.run(id, pull);
    },
  };
}

function columns(path: string, oid: string, record: ExperimentRecord) {
  const { authorText: text, incumbent } = record;
  return [
    ...[path, oid, record.pull, record.author, text.agent, record.blob, record.track, record.verdict],
    ...[record.reason.code, record.reason.text, record.valBpb],
    ...[incumbent?.pull ?? null, incumbent?.blob ?? null, incumbent?.valBpb ?? null],
    ...[record.runs.length, record.decidedAt, text.title, text.hypothesis, text.change, text.expect],
    record.insights.length,
  ];
}

function texts(record: ExperimentRecord): string[] {
  const { title, hypothesis, change } = record.authorText;
  const insights = record.insights.map((insight) => insight.text).join('\n');
  return [
    title,
    hypothesis,
    change ?? '',
    insights,
    `${record.reason.text} ${record.log ?? ''}`,
    diffText(record.diff),
  ];
}
