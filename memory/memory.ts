import type { DatabaseSync } from 'node:sqlite';
import type { Context } from '../core/context.ts';
import { CommandError, messageOf } from '../core/errors.ts';
import {
  historySchema,
  LEADERBOARD_PATH,
  type Leaderboard,
  parseLeaderboard,
} from '../core/formats/leaderboard.ts';
import { type ExperimentResult, parseResult } from '../core/formats/result.ts';
import { fileAt, git } from './clone/git.ts';
import { findRepository, type Repository, refresh, storePath } from './clone/repository.ts';
import { isBroken, openStore, removeStore } from './index/store.ts';
import { update } from './index/update.ts';
import { updateVerdicts, verdictsOfResults } from './index/verdicts.ts';
import { witness } from './ledger/witness.ts';

/** The collective memory of one clone: main's leaderboard and an up-to-date index of all results. */
export interface Memory extends Disposable {
  repository: Repository;
  store: DatabaseSync;
  leaderboard: Leaderboard;
  /** Files in the results' folder that could not be read, and how many of them have a newer schema. */
  skipped: { unreadable: number; newer: number };
  /** Result files read or removed by this call. */
  updated: number;
}

export interface OpenOptions {
  ref?: string;
  /** Fetch main first. */
  fresh?: boolean;
  /** Only the verdicts are needed, which the events tell: the results are not read. */
  verdictsOnly?: boolean;
  /** Main is to contain what this computer saw of it before. */
  witnessed?: boolean;
}

/** Opens the memory after bringing its index up to date. A broken index is built again, once. */
export async function openMemory(context: Context, options: OpenOptions = {}): Promise<Memory> {
  if (options.fresh) await refresh(context.cwd);
  const repository = await findRepository(context.cwd, options.ref);
  if (options.witnessed && options.ref === undefined)
    await witness(repository, { env: context.env, fresh: options.fresh === true });
  const leaderboard = await readLeaderboard(repository);
  const path = storePath(repository, context.env);
  return inTurn(path, async () => {
    try {
      return await openAt(path, repository, leaderboard, context, options);
    } catch (error) {
      if (!isBroken(error)) throw error;
      context.err(`The index ${path} was unusable (${messageOf(error)}); building it again.\n`);
      removeStore(path);
      return await openAt(path, repository, leaderboard, context, options);
    }
  });
}

/** While SQLite waits for another writer, this process stands still. Two updates in one process would wait forever. */
const turns = new Map<string, Promise<unknown>>();

function inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(path) ?? Promise.resolve();
  const mine = before.then(work, work);
  turns.set(path, mine);
  return mine;
}

/** Removes the index of the clone, when it turned out to be broken after it was opened. */
export async function forgetIndex(context: Context): Promise<void> {
  const path = storePath(await findRepository(context.cwd), context.env);
  context.err(`The index ${path} was damaged; building it again.\n`);
  removeStore(path);
}

async function openAt(
  path: string,
  repository: Repository,
  leaderboard: Leaderboard,
  context: Context,
  { verdictsOnly = false }: OpenOptions,
) {
  const store = openStore(path);
  const { folder, commit } = repository;
  try {
    const told = verdictsOnly && (await updateVerdicts(store, folder, commit));
    const updated = told ? 0 : await update(store, folder, commit, progressTo(context));
    if (verdictsOnly && !told) verdictsOfResults(store, commit);
    const memory: Memory = {
      repository,
      store,
      leaderboard,
      skipped: countSkipped(store),
      updated,
      [Symbol.dispose]: () => store.close(),
    };
    warn(memory, context);
    return memory;
  } catch (error) {
    store.close();
    throw error;
  }
}

/** The leaderboard of the commit. A broken one is an error; it must not look like an empty one. */
async function readLeaderboard(repository: Repository): Promise<Leaderboard> {
  const text = await fileAt(repository.folder, repository.commit, LEADERBOARD_PATH);
  if (text === null)
    throw new CommandError(
      `${LEADERBOARD_PATH} of ${repository.ref} does not exist`,
      'Run this in a clone of a Descent repository, or name a commit with --ref.',
    );
  const parsed = parseLeaderboard(text);
  if (parsed.ok) return withOldHolders(parsed.value, repository);
  throw new CommandError(
    `${repository.ref}: ${parsed.problems[0]}`,
    'If its schema is newer: `git pull` and `npm ci`. Otherwise inform the maintainers, or read an older commit with --ref.',
  );
}

/** Adds the earlier holders of the record that the bot moved out of the leaderboard, after the first one. */
async function withOldHolders(board: Leaderboard, { folder, commit }: Repository): Promise<Leaderboard> {
  for (const [track, standing] of Object.entries(board.tracks)) {
    if (!standing.older) continue;
    const listed = await git(folder, [
      'ls-tree',
      '-r',
      '--name-only',
      '--full-tree',
      commit,
      `results/history/${track}/`,
    ]);
    const texts = await Promise.all(
      listed
        .split('\n')
        .filter(Boolean)
        .map((path) => fileAt(folder, commit, path)),
    );
    const old = texts.flatMap((text) => historySchema.parse(JSON.parse(text ?? '[]')));
    const [first, ...rest] = standing.history;
    old.sort((a, b) => a.at.localeCompare(b.at));
    standing.history = [...(first ? [first] : []), ...old, ...rest];
  }
  return board;
}

/** The whole result behind a row of the index. */
export async function readResult(memory: Memory, oid: string): Promise<ExperimentResult> {
  const parsed = parseResult(Buffer.from(await git(memory.repository.folder, ['cat-file', 'blob', oid])));
  if (parsed.kind === 'record') return parsed.result;
  throw new CommandError(`result ${oid} could not be read: ${parsed.problem}`, 'Inform the maintainers.');
}

/** A line for every ten thousand results: silence would look like a fault. */
function progressTo(context: Context): (done: number) => void {
  let said = 0;
  return (done) => {
    if (done - said < 10_000) return;
    said = done;
    context.err(`Indexed ${done} results.\n`);
  };
}

function countSkipped(store: DatabaseSync): Memory['skipped'] {
  const skipped = { unreadable: 0, newer: 0 };
  for (const row of store.prepare('SELECT kind, count(*) AS n FROM skipped GROUP BY kind').all()) {
    skipped[row.kind === 'newer' ? 'newer' : 'unreadable'] = Number(row.n);
  }
  return skipped;
}

function warn({ skipped, store }: Memory, context: Context): void {
  const first = (kind: string) =>
    store.prepare('SELECT path, problem FROM skipped WHERE kind = ? LIMIT 1').get(kind);
  if (skipped.newer > 0) {
    context.err(
      `Warning: ${skipped.newer} results have a newer schema and are left out; update this clone's code (git pull).\n`,
    );
  }
  if (skipped.unreadable > 0) {
    const example = first('unreadable');
    context.err(
      `Warning: ${skipped.unreadable} results are unreadable and left out, e.g. ${example?.path}: ${example?.problem}\n`,
    );
  }
}
