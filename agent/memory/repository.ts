import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolder } from '../../setup/paths.mjs';
import { Failure, messageOf } from '../failure.ts';
import { commonFolder, git, resolveAll } from './git.ts';

/** The clone an agent stands in, and which of its commits is the collective memory. */
export interface Repository {
  /** Where git runs. */
  folder: string;
  /** The shared git folder: the clone's identity on this machine. */
  common: string;
  /** The name of main that was found, e.g. `upstream/main`. */
  ref: string;
  commit: string;
}

/** A fork's own main lags behind: the repository it came from is asked first. */
const MAINS = ['upstream/main', 'origin/main', 'main', 'HEAD'];

/** @param ref another commit to read, by any name git knows */
export async function findRepository(folder: string, ref?: string): Promise<Repository> {
  const names = ref === undefined ? MAINS : [ref];
  const common = await commonFolder(folder);
  const commits = await resolveAll(
    folder,
    names.map((name) => `${name}^{commit}`),
  );
  const found = commits.findIndex((commit) => commit !== null);
  if (found >= 0) return { folder, common, ref: names[found]!, commit: commits[found]! };
  const what = ref === undefined ? 'this clone has no commit yet' : `git knows no commit named ${ref}`;
  throw new Failure(what, 'Run `git fetch`, or name a commit that exists with --ref.');
}

/** Brings the clone's picture of main up to date. Needs no token for a public repository. */
export async function refresh(folder: string): Promise<void> {
  const remotes = (await git(folder, ['remote'])).split('\n').filter(Boolean);
  const remote = ['upstream', 'origin'].find((name) => remotes.includes(name));
  if (remote === undefined) {
    throw new Failure(
      'this clone has no remote to fetch from',
      'Leave out --fresh, or `git remote add upstream URL`.',
    );
  }
  try {
    await git(folder, ['fetch', '--quiet', remote, `+refs/heads/main:refs/remotes/${remote}/main`]);
  } catch (cause) {
    throw new Failure(
      `git could not fetch main from ${remote}: ${messageOf(cause)}`,
      'Check the network, or leave out --fresh to read what this clone has.',
      { cause },
    );
  }
}

/** Where the index of a clone is kept: a cache, safe to delete. */
export function storePath(repository: Repository, env: Record<string, string | undefined>): string {
  const name = createHash('sha256').update(repository.common).digest('hex').slice(0, 16);
  return join(cacheFolder(env as NodeJS.ProcessEnv), 'memory', `${name}.sqlite`);
}
