import { Failure } from '../failure.ts';
import { git } from '../memory/git.ts';

/** Which repository on GitHub a clone belongs to, as its remotes say. */

export interface Remote {
  name: string;
  /** For git. */
  url: string;
  owner: string;
  repo: string;
}

const FORMS = [
  /^https?:\/\/(?:[^@/]*@)?[^/]+\/([^/]+)\/([^/]+?)(?:\.git)?\/?$/,
  /^(?:ssh:\/\/)?git@[^:/]+[:/]([^/]+)\/([^/]+?)(?:\.git)?$/,
];

export async function remotesOf(folder: string): Promise<Remote[]> {
  const lines = (await git(folder, ['remote', '-v'])).split('\n').filter((line) => line.endsWith('(fetch)'));
  return lines.flatMap((line) => {
    const [name = '', url = ''] = line.replace(/ \(fetch\)$/, '').split('\t');
    const found = FORMS.map((form) => form.exec(url)).find((match) => match !== null);
    return found ? [{ name, url, owner: found[1]!, repo: found[2]! }] : [];
  });
}

/** `upstream` where there is one, for then `origin` is a fork. */
export async function homeOf(folder: string): Promise<Remote> {
  const remotes = await remotesOf(folder);
  const home = ['upstream', 'origin'].map((name) => remotes.find((one) => one.name === name)).find(Boolean);
  if (home) return home;
  throw new Failure(
    'no remote of this clone is a repository on GitHub',
    'git remote add upstream https://github.com/OWNER/REPO.git',
  );
}

/** Whose fork this clone pushes to, as `descent join` arranged it; null before that. */
export async function forkOwner(folder: string): Promise<string | null> {
  const remotes = await remotesOf(folder);
  const home = remotes.find((remote) => remote.name === 'upstream');
  const fork = remotes.find((remote) => remote.name !== 'upstream' && remote.repo === home?.repo);
  return fork?.owner ?? null;
}
