import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * The index: one SQLite file with the facts of every result and a full-text index of its words. It is a cache. Everything in it
 * comes from git, so an index with any fault is deleted and built again.
 */

/** Raise it when the tables or their contents change. An index of another layout is rebuilt. */
const LAYOUT = 8;

const TABLES = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE experiments (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, oid TEXT NOT NULL,
    pull INTEGER NOT NULL, author TEXT NOT NULL, agent TEXT, blob TEXT NOT NULL, track TEXT NOT NULL,
    verdict TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, exception TEXT,
    valBpb REAL, incumbentPull INTEGER, incumbentBlob TEXT, incumbentBpb REAL, basePull INTEGER, baseBlob TEXT, baseBpb REAL,
    runs INTEGER NOT NULL, couldHide REAL, freshBpb REAL, freshHeldoutBpb REAL, decidedAt TEXT NOT NULL,
    title TEXT NOT NULL, hypothesis TEXT NOT NULL, change TEXT, expect REAL, insights INTEGER NOT NULL
  );
  CREATE INDEX by_pull ON experiments (pull);
  CREATE INDEX by_blob ON experiments (blob);
  CREATE INDEX by_author ON experiments (author COLLATE NOCASE, decidedAt);
  CREATE INDEX by_verdict ON experiments (verdict, decidedAt);
  CREATE INDEX by_time ON experiments (decidedAt);
  CREATE INDEX by_incumbent ON experiments (incumbentBlob);
  CREATE TABLE verdicts (
    path TEXT PRIMARY KEY, pull INTEGER NOT NULL, author TEXT NOT NULL, agent TEXT, track TEXT NOT NULL, verdict TEXT NOT NULL,
    code TEXT NOT NULL, valBpb REAL, baseBpb REAL, title TEXT NOT NULL, decidedAt TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX verdicts_by_author ON verdicts (author COLLATE NOCASE, decidedAt);
  CREATE INDEX verdicts_by_time ON verdicts (decidedAt);
  CREATE TABLE parents (child INTEGER NOT NULL, pull INTEGER NOT NULL, PRIMARY KEY (child, pull)) WITHOUT ROWID;
  CREATE INDEX by_parent ON parents (pull);
  CREATE TABLE skipped (path TEXT PRIMARY KEY, oid TEXT NOT NULL, kind TEXT NOT NULL, problem TEXT NOT NULL) WITHOUT ROWID;
  CREATE VIRTUAL TABLE words USING fts5 (
    title, hypothesis, change, insights, reason, diff,
    content='', contentless_delete=1, tokenize="porter unicode61 remove_diacritics 2"
  );
  CREATE TABLE published (
    number INTEGER PRIMARY KEY, author TEXT NOT NULL, at TEXT NOT NULL, title TEXT NOT NULL, hypothesis TEXT NOT NULL,
    change TEXT, track TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT, valBpb REAL, diff TEXT NOT NULL
  );
  CREATE VIRTUAL TABLE published_words USING fts5 (
    title, hypothesis, change, reason, diff,
    content='', contentless_delete=1, tokenize="porter unicode61 remove_diacritics 2"
  );
`;

/** Deletes an index, with the files that SQLite keeps beside it. */
export function removeStore(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
}

/** Whether SQLite says that the file itself is at fault, or that its layout is not ours. */
export function isBroken(error: unknown): boolean {
  if (error instanceof OtherLayoutError) return true;
  const code = typeof error === 'object' && error !== null && 'errcode' in error ? Number(error.errcode) : 0;
  const primary = code & 0xff; // the low byte of an extended result code, https://sqlite.org/rescode.html
  return primary === 11 || primary === 26;
}

class OtherLayoutError extends Error {}

/** Opens the index at `path`, or makes an empty one. Throws an error that `isBroken` recognises when the file is not our index. */
export function openStore(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  const store = new DatabaseSync(path, { timeout: 60_000 });
  try {
    store.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;');
    const version = Number(store.prepare('PRAGMA user_version').get()?.user_version);
    if (version === 0) create(store);
    else if (version !== LAYOUT) throw new OtherLayoutError(`layout ${version}, not ${LAYOUT}`);
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Two processes may run this at once. The second finds the tables ready. */
function create(store: DatabaseSync): void {
  store.exec('BEGIN IMMEDIATE');
  const made = Number(store.prepare('PRAGMA user_version').get()?.user_version) !== 0;
  if (!made) store.exec(`${TABLES} PRAGMA user_version = ${LAYOUT};`);
  store.exec('COMMIT');
}

/** A named fact about the index itself. */
export function getMeta(store: DatabaseSync, key: string): string | null {
  const row = store.prepare('SELECT value FROM meta WHERE key = ?').get(key);
  return row === undefined ? null : String(row.value);
}

export function setMeta(store: DatabaseSync, key: string, value: string): void {
  store
    .prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
    .run(key, value);
}
