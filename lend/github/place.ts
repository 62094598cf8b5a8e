import { CommandError } from '../../core/errors.ts';
import { MACHINE_FILE } from '../../core/formats/lending/machine-file.ts';
import { DESCRIPTION } from '../template/files.ts';
import type { Octokit } from './connect.ts';
import { again, answeredWith } from './explain.ts';

/** The machine's repository: found, made, and given its files. */

export interface Place {
  id: number;
  owner: string;
  name: string;
  branch: string;
}

type Found = Awaited<ReturnType<Octokit['rest']['repos']['get']>>['data'];

/** Null where there is none of this name. @throws CommandError where it cannot be lent from, which says why */
export async function findPlace(octokit: Octokit, owner: string, name: string): Promise<Place | null> {
  const data = await orNull(octokit.rest.repos.get({ owner, repo: name }));
  if (data === null) return null;
  if (
    data.name.toLowerCase() !== name.toLowerCase() ||
    data.owner.login.toLowerCase() !== owner.toLowerCase()
  )
    throw new CommandError(
      `${owner}/${name} was renamed to ${data.full_name}`,
      `Use it: --repository ${data.name}${sameOwner(data, owner) ? '' : ' (it has another owner now: use a new name)'}`,
    );
  return usable(data);
}

/** The same by GitHub's number, which a renamed repository keeps. */
export async function placeById(octokit: Octokit, id: number, name: string): Promise<Place> {
  const answer = await octokit.request('GET /repositories/{id}', { id }).catch((error) => {
    if (!answeredWith(error, 404)) throw error;
    throw new CommandError(
      `the repository ${name} is gone, or this account may not see it`,
      'Make a new one with `npx --no descent lend --setup`, or sign in with the account that owns it.',
      { cause: error },
    );
  });
  return usable(answer.data as Found);
}

function sameOwner(data: Found, owner: string): boolean {
  return data.owner.login.toLowerCase() === owner.toLowerCase();
}

function usable(data: Found): Place {
  const { full_name: full } = data;
  if (data.private)
    throw new CommandError(
      `${full} is private: the swarm believes public repositories only, and a private one costs money for each job`,
      `Make it public: gh repo edit ${full} --visibility public --accept-visibility-change-consequences`,
    );
  if (data.archived)
    throw new CommandError(
      `${full} is archived: no job can run there`,
      `Take it out: gh repo unarchive ${full} --yes`,
    );
  if (data.permissions?.admin === false)
    throw new CommandError(
      `this account does not administer ${full}`,
      'Sign in with the account that owns it: gh auth switch',
    );
  return { id: data.id, owner: data.owner.login, name: data.name, branch: data.default_branch };
}

/** A public repository with a first commit. */
export async function makePlace(octokit: Octokit, owner: string, name: string): Promise<Place> {
  try {
    const { data } = await octokit.rest.repos.createForAuthenticatedUser({
      name,
      description: DESCRIPTION,
      private: false,
      auto_init: true, // git's objects cannot be made in an empty repository
      has_issues: false,
      has_projects: false,
      has_wiki: false,
    });
    return { id: data.id, owner: data.owner.login, name: data.name, branch: data.default_branch };
  } catch (error) {
    const made = await findPlace(octokit, owner, name); // the answer may have been lost
    if (made === null) throw error;
    return made;
  }
}

/** What stands at a path of a branch or commit; null where there is nothing. */
export async function textAt(
  octokit: Octokit,
  { owner, name, branch }: Omit<Place, 'id'>,
  path: string,
): Promise<string | null> {
  const found = await orNull(octokit.rest.repos.getContent({ owner, repo: name, path, ref: branch }));
  if (found === null || Array.isArray(found) || found.type !== 'file' || !('content' in found)) return null;
  return Buffer.from(found.content, 'base64').toString('utf8');
}

/** Whether a repository is there for a machine: it has a machine file, or it is what an interrupted setup left. */
export async function isMachines(octokit: Octokit, place: Place): Promise<boolean> {
  if ((await textAt(octokit, place, MACHINE_FILE)) !== null) return true;
  const { data } = await octokit.rest.repos.get({ owner: place.owner, repo: place.name });
  return data.description === DESCRIPTION;
}

/** One commit on the default branch with these files; the others stay. @returns null where all were there already */
export async function putFiles(
  octokit: Octokit,
  place: Place,
  files: Record<string, string>,
): Promise<{ commit: string; changed: string[] } | null> {
  const at = { owner: place.owner, repo: place.name };
  const present = await Promise.all(Object.keys(files).map((path) => textAt(octokit, place, path)));
  const changed = Object.entries(files).filter(([, text], i) => present[i] !== text);
  if (changed.length === 0) return null;
  const { data: head } = await octokit.rest.git.getRef({ ...at, ref: `heads/${place.branch}` });
  const { data: parent } = await octokit.rest.git.getCommit({ ...at, commit_sha: head.object.sha });
  const { data: tree } = await octokit.rest.git.createTree({
    ...at,
    base_tree: parent.tree.sha,
    tree: changed.map(([path, content]) => ({ path, content, mode: '100644', type: 'blob' })),
  });
  const { data: commit } = await octokit.rest.git.createCommit({
    ...at,
    message: `Lend this machine\n\nWritten by \`descent lend --setup\`: ${changed.map(([path]) => path).join(', ')}.\n`,
    tree: tree.sha,
    parents: [head.object.sha],
  });
  const ref = { ...at, ref: `heads/${place.branch}`, sha: commit.sha, force: false };
  await again(() => octokit.rest.git.updateRef(ref));
  return { commit: commit.sha, changed: changed.map(([path]) => path) };
}

/** Null for 404. */
export async function orNull<T>(asked: Promise<{ data: T }>): Promise<T | null> {
  try {
    return (await asked).data;
  } catch (error) {
    if (answeredWith(error, 404)) return null;
    throw error;
  }
}
