import { CommandError } from '../../core/errors.ts';
import type { Clone } from '../../memory/clone/clone.ts';
import { isAt, type Place, withoutSecrets } from '../../memory/clone/remote-url.ts';
import { mainRemote, type Remote, remotesOf } from '../../memory/clone/remotes.ts';

/** The repository on GitHub that a clone belongs to, according to its remotes. */
export interface GitHubRemote extends Remote {
  owner: string;
  repo: string;
}

/** The remotes of a clone at this host, by name. */
export async function githubRemotes(clone: Clone, host: string): Promise<GitHubRemote[]> {
  return atHost(await remotesOf(clone), host);
}

function atHost(remotes: Remote[], host: string): GitHubRemote[] {
  return remotes
    .flatMap((remote) => {
      const place =
        remote.places.find((one) => one.host === host) ?? remote.places.find((one) => isAt(one, host));
      return place === undefined ? [] : [{ ...remote, owner: place.owner, repo: place.repo }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The remote whose repository GitHub is asked about. */
export async function homeOf(clone: Clone, host: string): Promise<GitHubRemote> {
  const all = await remotesOf(clone);
  const remotes = atHost(all, host);
  const home = mainRemote(remotes) ?? remotes[0];
  if (home) return home as GitHubRemote;
  const found = all.map(({ name, url }) => `${name} is ${withoutSecrets(url)}`).join(', ');
  const free = ['upstream', 'descent', 'github'].find((name) => all.every((one) => one.name !== name));
  throw new CommandError(
    `no remote of this clone is a repository on ${host}: ${found || 'it has none'}`,
    `git remote add ${free ?? 'NAME'} https://${host}/OWNER/REPO.git`,
  );
}

/** Whose fork this clone pushes to, as `descent join` arranged it; null before that. */
export async function forkOwner(clone: Clone, host: string): Promise<string | null> {
  const remotes = await githubRemotes(clone, host);
  const marked = remotes.find((remote) => remote.role === 'fork');
  if (marked) return marked.owner;
  const home = remotes.find((remote) => remote.name === 'upstream');
  const fork = remotes.find((remote) => remote.name !== 'upstream' && remote.repo === home?.repo);
  return fork?.owner ?? null;
}

/** Whether a remote is this repository. GitHub takes names in any case. */
export function isRepository({ owner, repo }: Pick<Place, 'owner' | 'repo'>, fullName: string): boolean {
  return `${owner}/${repo}`.toLowerCase() === fullName.toLowerCase();
}
