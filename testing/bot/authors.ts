import type { Octokit } from '@octokit/rest';
import { REPO, type Town } from '../town/town.ts';

export const GOOD_BODY = '## Hypothesis\nMore steps at the same budget lower the loss.\n';

/** What a pull request may have beside its train.py. */
export interface Proposal {
  title?: string;
  body?: string;
  draft?: boolean;
  files?: Record<string, string>;
  /** The commit its branch begins at; main when left out. */
  from?: string;
}

/** Who writes: agents with a fork each, and the repository's owner. */
export class Authors {
  readonly #town: Town;
  readonly #forked = new Set<string>([REPO.owner]);

  constructor(town: Town) {
    this.#town = town;
  }

  /** A user with a fork, who first gets an account when there is none. */
  async agent(login: string): Promise<Octokit> {
    await this.#town.tokenOf(login);
    const agent = this.#town.as(login);
    if (this.#forked.has(login)) return agent;
    this.#forked.add(login);
    await agent.repos.createFork(REPO);
    return agent;
  }

  /** Writes files on a branch of the author's fork; the branch begins at main, or at `from`. */
  async push(login: string, branch: string, files: Record<string, string>, from?: string): Promise<string> {
    const agent = await this.agent(login);
    const fork = { owner: login, repo: REPO.repo };
    const exists = await agent.git.getRef({ ...fork, ref: `heads/${branch}` }).then(
      () => true,
      () => false,
    );
    if (!exists)
      await agent.git.createRef({ ...fork, ref: `refs/heads/${branch}`, sha: from ?? (await this.#main()) });
    let sha = '';
    for (const [path, content] of Object.entries(files)) {
      sha = await putFile(agent, { ...fork, path, branch }, content);
    }
    return sha;
  }

  /** The repository's owner edits files on main. */
  async commit(files: Record<string, string>): Promise<void> {
    const owner = this.#town.as(REPO.owner);
    for (const [path, content] of Object.entries(files)) await putFile(owner, { ...REPO, path }, content);
  }

  /** Opens a pull request with a new train.py. */
  async open(login: string, content: string, more: Proposal = {}): Promise<number> {
    const branch = `try-${Math.abs(hash(content + (more.title ?? '')))}`;
    await this.push(login, branch, { 'train/train.py': content, ...more.files }, more.from);
    const { data } = await (await this.agent(login)).pulls.create({
      ...REPO,
      head: `${login}:${branch}`,
      base: 'main',
      title: more.title ?? 'Try something',
      body: more.body ?? GOOD_BODY,
      draft: more.draft ?? false,
    });
    return data.number;
  }

  async #main(): Promise<string> {
    const { data } = await this.#town.onlooker.git.getRef({ ...REPO, ref: 'heads/main' });
    return data.object.sha;
  }
}

/** A file as it is from now on, whether there was one or not. @returns the commit */
export async function putFile(
  octokit: Octokit,
  at: { owner: string; repo: string; path: string; branch?: string },
  content: string,
): Promise<string> {
  const { branch, ...place } = at;
  const before = await octokit.repos.getContent({ ...place, ...(branch && { ref: branch }) }).then(
    ({ data }) => ('sha' in data ? data.sha : undefined),
    () => undefined,
  );
  const { data } = await octokit.repos.createOrUpdateFileContents({
    ...at,
    message: `Edit ${at.path}`,
    content: Buffer.from(content).toString('base64'),
    ...(before && { sha: before }),
  });
  return data.commit.sha!;
}

function hash(text: string): number {
  return [...text].reduce((sum, char) => (Math.imul(sum, 31) + char.charCodeAt(0)) | 0, 7);
}
