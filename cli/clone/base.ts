import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve as resolvePath } from 'node:path';
import { z } from 'zod';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';
import type { Clone } from '../../memory/clone/clone.ts';
import { git, resolve, resolveAll } from '../../memory/clone/git.ts';
import { trainChanged } from '../working-tree.ts';
import { isOn } from './branch.ts';

/**
 * Which file the working copy was changed from. The branch's history says it, as the bot will read it there; where a command has put
 * another file into the working tree since, its note does, until the branch has a commit with a file that is known.
 */

const noteSchema = z.strictObject({ blob: z.string(), head: z.string() });

/** Commits of a branch that are looked at, at most. */
const FAR = 100;

/** Notes that the working file is this one, or was changed from it. */
export async function noteBase(clone: Clone, blob: string): Promise<void> {
  const head = await resolve(clone.folder, 'HEAD^{commit}');
  if (head === null) return;
  const path = await notePath(clone);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify({ blob, head }));
}

/** @param known files that a change may have been made to. @param others commits whose history is no work of this branch: main, the frontier */
export async function baseOf(clone: Clone, known: Set<string>, others: string[]): Promise<string | null> {
  const head = await resolve(clone.folder, 'HEAD^{commit}');
  if (head === null) return null;
  const noted = await readNote(clone);
  if (noted !== null && noted.head === head) {
    // A file that is as HEAD has it was put there by git, after the note.
    if (await trainChanged(clone)) return noted.blob;
  } else if (noted !== null && (await isAncestor(clone, noted.head, head))) {
    const since = await git(clone.folder, ['rev-list', `--max-count=${FAR}`, head, `^${noted.head}`]);
    return (await newestKnown(clone, lines(since), known)) ?? noted.blob;
  }
  return baseInHistory(clone, head, known, others);
}

/** The newest file of a commit's history that is known. */
export async function baseInHistory(
  clone: Clone,
  commit: string,
  known: Set<string>,
  others: string[],
): Promise<string | null> {
  const range = [commit, ...others.map((one) => `^${one}`)];
  const text = await git(clone.folder, ['rev-list', `--max-count=${FAR}`, '--parents', ...range]);
  return newestKnown(clone, [commit, ...lines(text)], known);
}

async function newestKnown({ folder }: Clone, commits: string[], known: Set<string>): Promise<string | null> {
  const files = await resolveAll(
    folder,
    [...new Set(commits)].map((one) => `${one}:${TRAIN_PATH}`),
  );
  return files.find((file) => file !== null && known.has(file)) ?? null;
}

function lines(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

/** The commit of a note may be gone. */
async function isAncestor(clone: Clone, before: string, commit: string): Promise<boolean> {
  const isThere = (await resolve(clone.folder, `${before}^{commit}`)) !== null;
  return isThere && isOn(clone, [commit], before);
}

async function readNote(clone: Clone): Promise<z.infer<typeof noteSchema> | null> {
  const text = await readFile(await notePath(clone), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  // A note that cannot be read is none: the history answers.
  return text === null ? null : (noteSchema.safeParse(parsed(text)).data ?? null);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Every working tree has its own. */
async function notePath({ folder }: Clone): Promise<string> {
  return resolvePath(folder, (await git(folder, ['rev-parse', '--git-path', 'descent-base'])).trimEnd());
}
