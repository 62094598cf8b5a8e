import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, messageOf } from '../../core/errors.ts';
import type { Clone } from '../../memory/clone/clone.ts';
import { git, resolve } from '../../memory/clone/git.ts';

/** Branches and commits of experiments. A commit holds the experiment and nothing else, whatever is staged or unfinished. */

/** The branch that is checked out, or null. */
export async function currentBranch({ folder }: Clone): Promise<string | null> {
  return (await git(folder, ['branch', '--show-current'])).trim() || null;
}

/**
 * Starts a branch for an experiment at `from`. Changes in the working tree stay.
 * @param keep a file of the working tree that was changed from the one of `from`, whatever HEAD has
 */
export async function startBranch(
  { folder }: Clone,
  name: string,
  from: string,
  keep: string | null,
): Promise<void> {
  const blob = keep === null ? null : await resolve(folder, `${from}:${keep}`);
  // Git then sees that only the working tree differs, and leaves it.
  if (blob !== null) await git(folder, ['update-index', '--cacheinfo', `100644,${blob},${keep}`]);
  try {
    await git(folder, ['switch', '--quiet', '--no-track', '--create', name, from]);
  } catch (cause) {
    if (blob !== null) await git(folder, ['reset', '--quiet', '--', keep!]);
    throw new CommandError(
      `could not start the branch ${name}: ${messageOf(cause)}`,
      'Commit or set aside the files that git names.',
      { cause },
    );
  }
}

/** A commit on HEAD that changes nothing: a pull request needs one, and a claim has no change yet. @returns the commit */
export async function commitNothing({ folder }: Clone, login: string, message: string): Promise<string> {
  const sha = await commitTree(folder, login, 'HEAD^{tree}', 'HEAD', message);
  await git(folder, ['update-ref', 'HEAD', sha]);
  return sha;
}

export interface OneFile {
  path: string;
  text: string;
  /** The parent commit. */
  parent: string;
  message: string;
}

/** Puts a text among git's objects. @returns its blob */
export async function writeBlob({ folder }: Clone, text: string): Promise<string> {
  return (await git(folder, ['hash-object', '-w', '--no-filters', '--stdin'], text)).trim();
}

/** A commit that differs from its parent only by one file. The index and the working tree stay as they are. */
export async function commitFile(
  clone: Clone,
  login: string,
  { path, text, parent, message }: OneFile,
): Promise<string> {
  const { folder } = clone;
  const blob = await writeBlob(clone, text);
  const temporary = await mkdtemp(join(tmpdir(), 'descent-index-'));
  try {
    const index = { GIT_INDEX_FILE: join(temporary, 'index') };
    await git(folder, ['read-tree', parent], '', index);
    await git(folder, ['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`], '', index);
    // A partial clone may lack the other files.
    const tree = (await git(folder, ['write-tree', '--missing-ok'], '', index)).trim();
    return await commitTree(folder, login, tree, parent, message);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Makes `commit` the tip of the current branch. The file at `path` is already that of the commit. */
export async function advance({ folder }: Clone, commit: string, path: string): Promise<void> {
  await git(folder, ['update-ref', '-m', 'descent submit', 'HEAD', commit]);
  await git(folder, ['reset', '--quiet', '--', path]);
}

/**
 * Switches to a new branch at `commit`, whose file at `path` is the one in the working tree.
 * @returns why it could not switch (git does not overwrite unfinished changes in other files). The branch exists in any case.
 */
export async function moveTo(
  { folder }: Clone,
  name: string,
  commit: string,
  path: string,
): Promise<string | null> {
  await git(folder, ['branch', '--quiet', '--no-track', name, commit]);
  const blob = await resolve(folder, `${commit}:${path}`);
  await git(folder, ['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`]);
  try {
    await git(folder, ['switch', '--quiet', name]);
    return null;
  } catch (error) {
    await git(folder, ['reset', '--quiet', '--', path]);
    return messageOf(error);
  }
}

/** Whether a commit is already on one of these, such as main. A pull request of it alone would be empty. */
export async function isOn({ folder }: Clone, tips: string[], commit: string): Promise<boolean> {
  const others = tips.map((tip) => `^${tip}`);
  return (await git(folder, ['rev-list', '--max-count=1', commit, ...others])).trim() === '';
}

/** A free branch name, made from the author's words. */
export function branchName(kind: string, text: string, now: Date): string {
  return `${kind}-${slug(text)}-${now.getTime().toString(36)}`;
}

function slug(text: string): string {
  const words =
    text
      .toLowerCase()
      .normalize('NFKD')
      .match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, 50).replace(/-+$/, '') || 'experiment';
}

async function commitTree(folder: string, login: string, tree: string, parent: string, message: string) {
  const who = ['-c', `user.name=${login}`, '-c', `user.email=${login}@users.noreply.github.com`];
  return (await git(folder, [...who, 'commit-tree', '-p', parent, '-m', message, tree])).trim();
}
