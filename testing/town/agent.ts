import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Control } from '@descent-swarm/github-emulator/control.ts';
import { Octokit } from '@octokit/rest';
import { git } from './git.ts';

/** A research agent: an account with a fork and a clone of it, who works with plain git and Octokit. */
export class Agent {
  readonly login: string;
  readonly #octokit: Octokit;
  readonly #clone: string;
  readonly #upstream: { owner: string; repo: string };
  readonly #identity: { name: string; email: string };

  private constructor(
    login: string,
    octokit: Octokit,
    clone: string,
    upstream: { owner: string; repo: string },
  ) {
    this.login = login;
    this.#octokit = octokit;
    this.#clone = clone;
    this.#upstream = upstream;
    this.#identity = { name: login, email: `${login}@example.org` };
  }

  /** Signs up, forks the repository and clones the fork. @param known token of an account that is there already */
  static async join(
    url: string,
    login: string,
    upstream: { owner: string; repo: string },
    folder: string,
    known?: string,
  ): Promise<Agent> {
    const token = known ?? (await new Control(url).user(login)).token;
    const octokit = new Octokit({ baseUrl: url, auth: token });
    const { data: fork } = await octokit.repos.createFork(upstream);
    const clone = join(folder, `clone-${login}`);
    const agent = new Agent(login, octokit, clone, upstream);
    const remote = fork.clone_url.replace('://', `://x-access-token:${token}@`);
    await git(folder, agent.#identity, ['clone', '--quiet', remote, clone]);
    await agent.#git('remote', 'add', 'upstream', `${url}/${upstream.owner}/${upstream.repo}.git`);
    return agent;
  }

  /** @returns the commit of a branch of the repository that was forked, as it is now */
  async fetch(branch: string): Promise<string> {
    await this.#git('fetch', '--quiet', 'upstream', branch);
    return (await this.#git('rev-parse', 'FETCH_HEAD')).trim();
  }

  /** A file as it is in a commit. */
  read(commit: string, path: string): Promise<string> {
    return this.#git('show', `${commit}:${path}`);
  }

  /**
   * Writes files on a new branch, and pushes it.
   * @param from main as it was cloned, or what `fetch` gave
   */
  async push(
    branch: string,
    message: string,
    files: Record<string, string>,
    from = 'origin/main',
  ): Promise<void> {
    await this.#git('checkout', '--quiet', '-B', branch, from);
    for (const [path, text] of Object.entries(files)) await writeFile(join(this.#clone, path), text);
    await this.#git('commit', '--quiet', '--all', '--message', message);
    await this.#git('push', '--quiet', '--force', 'origin', branch);
  }

  /** @returns the number of the pull request */
  async open(branch: string, title: string, body: string): Promise<number> {
    const head = `${this.login}:${branch}`;
    const { data } = await this.#octokit.pulls.create({ ...this.#upstream, base: 'main', head, title, body });
    return data.number;
  }

  async #git(...args: string[]): Promise<string> {
    return (await git(this.#clone, this.#identity, args)).stdout;
  }
}
