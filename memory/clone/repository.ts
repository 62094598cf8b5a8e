import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { CommandError, messageOf } from '../../core/errors.ts';
import { cacheFolder } from '../../setup/paths.mjs';
import { type Clone, findClone } from './clone.ts';
import { git, resolveAll } from './git.ts';
import { mainRemote, type Remote, remotesOf } from './remotes.ts';

/** The clone around an agent, and which of its commits is the collective memory. */
export interface Repository extends Clone {
  /** The name of main that was found, e.g. `upstream/main`. */
  ref: string;
  commit: string;
}

/** @param ref another commit to read, by any name git knows */
export async function findRepository(folder: string, ref?: string): Promise<Repository> {
  const clone = await findClone(folder);
  const names = ref === undefined ? mainsOf(await remotesOf(clone)) : [{ name: ref, full: ref }];
  const commits = await resolveAll(
    clone.folder,
    names.map(({ full }) => `${full}^{commit}`),
  );
  const found = commits.findIndex((commit) => commit !== null);
  if (found >= 0) return { ...clone, ref: names[found]!.name, commit: commits[found]! };
  const what = ref === undefined ? 'this clone has no commit yet' : `git knows no commit named ${ref}`;
  throw new CommandError(what, 'Run `git fetch`, or name a commit that exists with --ref.');
}

/** Where main may be, best first. A fork's own main lags behind, so the original repository comes first. */
function mainsOf(remotes: Remote[]): { name: string; full: string }[] {
  const first = mainRemote(remotes)?.name;
  const names = [...new Set([...(first === undefined ? [] : [first]), 'upstream', 'origin'])];
  return [
    ...names.map((name) => ({ name: `${name}/main`, full: `refs/remotes/${name}/main` })),
    { name: 'main', full: 'refs/heads/main' },
    { name: 'HEAD', full: 'HEAD' },
  ];
}

/** Fetches main, and the branches of frontiers where there are some. Needs no token for a public repository. */
export async function refresh(folder: string): Promise<void> {
  await fetchFrom(folder, 'main', ['main', FRONTIERS]);
}

/** Fetches the branches of the frontiers alone. */
export async function fetchFrontiers(folder: string): Promise<void> {
  await fetchFrom(folder, 'the frontier', [FRONTIERS]);
}

/** A pattern: git does not mind when no branch fits. */
const FRONTIERS = 'frontier*';

async function fetchFrom(folder: string, what: string, branches: string[]): Promise<void> {
  const clone = await findClone(folder);
  const remote = mainRemote(await remotesOf(clone))?.name;
  if (remote === undefined) {
    throw new CommandError(
      `this clone has no remote to fetch ${what} from`,
      'Leave out --fresh, or name the repository: git remote add upstream URL',
    );
  }
  try {
    const wanted = branches.map((name) => `+refs/heads/${name}:refs/remotes/${remote}/${name}`);
    await git(clone.folder, ['fetch', '--quiet', remote, ...wanted]);
  } catch (cause) {
    throw new CommandError(
      `git could not fetch ${what} from ${remote}: ${messageOf(cause)}`,
      'Check the network, or leave out --fresh to read what this clone has.',
      { cause },
    );
  }
}

/** The commit of a branch of the repository that this clone belongs to; null where the clone does not know the branch. */
export async function branchCommit(clone: Clone, branch: string): Promise<string | null> {
  const remote = mainRemote(await remotesOf(clone))?.name;
  const names = [
    ...(remote === undefined ? [] : [`refs/remotes/${remote}/${branch}`]),
    `refs/heads/${branch}`,
  ];
  const commits = await resolveAll(
    clone.folder,
    names.map((name) => `${name}^{commit}`),
  );
  return commits.find((commit) => commit !== null) ?? null;
}

/** Where the index of a clone is kept: a cache, safe to delete. */
export function storePath(repository: Repository, env: Record<string, string | undefined>): string {
  return cachePath(repository, env, 'sqlite');
}

/** Where how far its ledger was verified is kept. */
export function verifiedPath(repository: Repository, env: Record<string, string | undefined>): string {
  return cachePath(repository, env, 'ledger.json');
}

function cachePath(repository: Repository, env: Record<string, string | undefined>, ending: string): string {
  const name = createHash('sha256').update(repository.common).digest('hex').slice(0, 16);
  return join(cacheFolder(env as NodeJS.ProcessEnv), 'memory', `${name}.${ending}`);
}
