import { DESCENT } from '../../core/command-name.ts';
import { CommandError, messageOf } from '../../core/errors.ts';
import { git, resolve } from '../../memory/clone/git.ts';
import { withoutSecrets } from '../../memory/clone/remote-url.ts';
import { remotesOf } from '../../memory/clone/remotes.ts';
import { refresh } from '../../memory/clone/repository.ts';
import type { GitHub } from './client.ts';
import { type GitHubRemote, githubRemotes, isRepository } from './home.ts';
import { refusedWith } from './refusal.ts';

/** The fork of an account, and the remotes of a clone for the fork and for the repository. */

interface Fork {
  full_name: string;
  clone_url: string;
  ssh_url: string;
}

/** Makes the fork, or finds the one that the account already has under any name. */
export async function makeFork({ rest, home, login }: GitHub): Promise<Fork> {
  try {
    return (await rest.repos.createFork(home)).data;
  } catch (cause) {
    const status = refusedWith(cause);
    if (status !== 403 && status !== 422 && status !== 404) throw cause;
    throw new CommandError(
      `GitHub made no fork of ${home.owner}/${home.repo} for ${login}: ${messageOf(cause)}`,
      `The token needs the scope public_repo (a fine-grained token cannot fork a repository of another owner), and the repository must allow forks. Or fork it in the browser, then run: ${DESCENT} join`,
      { cause },
    );
  }
}

/**
 * Names the repository `upstream` and the fork `origin` if these names are free. Other remotes stay as they are. Both get a
 * mark, so that they are found under another name too.
 */
export async function arrangeRemotes(github: GitHub, fork: Fork | null): Promise<void> {
  const { clone, rest } = github;
  const home = `${github.home.owner}/${github.home.repo}`;
  const own = await find(github, home);
  const forked = fork === null ? undefined : await find(github, fork.full_name);
  const urlOf = (one: Pick<Fork, 'clone_url' | 'ssh_url'>) =>
    (own ?? forked)?.places.some((place) => place.ssh) ? one.ssh_url : one.clone_url;

  let homeName = own?.name;
  if (homeName === undefined) {
    const { data } = await rest.repos.get(github.home);
    homeName = (await free(github, 'upstream', 'descent')) ?? `home-${github.home.owner}`;
    await git(clone.folder, ['remote', 'add', homeName, urlOf(data)]);
  } else if (homeName === 'origin' && fork !== null && !forked && (await free(github, 'upstream'))) {
    await git(clone.folder, ['remote', 'rename', 'origin', 'upstream']);
    homeName = 'upstream';
  }
  let forkName = forked?.name;
  if (fork !== null && forkName === undefined) {
    forkName = (await free(github, 'origin', 'fork')) ?? `fork-${fork.full_name.split('/')[0]}`;
    await git(clone.folder, ['remote', 'add', forkName, urlOf(fork)]);
  }
  await mark(github, { home: homeName, fork: forkName });
  if ((await resolve(clone.folder, `refs/remotes/${homeName}/main`)) === null) await refresh(clone.folder);
}

/** The remotes as people may see them: a URL can hold a token. */
export async function shownRemotes({ clone, site }: GitHub) {
  const remotes = await githubRemotes(clone, site.host);
  return remotes.map(({ name, url, owner, repo, role }) => {
    return { name, url: withoutSecrets(url), owner, repo, role };
  });
}

async function find({ clone, site }: GitHub, fullName: string): Promise<GitHubRemote | undefined> {
  return (await githubRemotes(clone, site.host)).find((one) => isRepository(one, fullName));
}

async function free({ clone }: GitHub, ...names: string[]): Promise<string | undefined> {
  const taken = (await remotesOf(clone)).map((one) => one.name);
  return names.find((name) => !taken.includes(name));
}

async function mark({ clone }: GitHub, roles: Record<'home' | 'fork', string | undefined>): Promise<void> {
  for (const { name, role } of await remotesOf(clone))
    if (role !== null && roles[role] !== name)
      await git(clone.folder, ['config', '--unset-all', `remote.${name}.descent`]);
  for (const [role, name] of Object.entries(roles))
    if (name !== undefined) await git(clone.folder, ['config', `remote.${name}.descent`, role]);
}
