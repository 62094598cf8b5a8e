import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Failure, messageOf } from '../failure.ts';
import { git } from '../memory/git.ts';
import type { GitHub } from './client.ts';
import { type Remote, remotesOf } from './home.ts';

const run = promisify(execFile);

/** The remote this account may push to: its own fork, or the repository itself where it is theirs. */
export async function forkOf(folder: string, login: string): Promise<Remote> {
  const own = (await remotesOf(folder)).find((remote) => remote.owner.toLowerCase() === login.toLowerCase());
  if (own) return own;
  throw new Failure(
    `this clone has no remote of ${login}'s to push to`,
    'Run `descent join` once: it makes the fork.',
  );
}

/** Pushes a commit as a branch. The token goes by the environment: a command line can be read by everybody on the machine. */
export async function push(
  folder: string,
  github: GitHub,
  remote: Remote,
  commit: string,
  branch: string,
): Promise<void> {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', ...authorisation(remote, github.token) };
  try {
    await run('git', ['push', '--quiet', remote.name, `${commit}:refs/heads/${branch}`], {
      cwd: folder,
      env,
    });
  } catch (cause) {
    const said = messageOf(cause).split('\n').slice(1).join(' ').trim();
    const remedy =
      'Check that the token may write to the fork; when the branch moved elsewhere, fetch it first.';
    throw new Failure(`git could not push ${branch} to ${remote.name}: ${said}`, remedy, { cause });
  }
}

function authorisation(remote: Remote, token: string | null): Record<string, string> {
  if (token === null || !remote.url.startsWith('http')) return {};
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  const host = new URL(remote.url).origin;
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${host}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
}

/** The branch that is checked out, or null. */
export async function currentBranch(folder: string): Promise<string | null> {
  return (await git(folder, ['branch', '--show-current'])).trim() || null;
}

/** A branch of its own for an experiment, begun at `from`, with what is in the working tree carried along. */
export async function startBranch(folder: string, name: string, from: string): Promise<void> {
  try {
    await git(folder, ['switch', '--quiet', '--no-track', '--create', name, from]);
  } catch (cause) {
    throw new Failure(
      `could not start the branch ${name}: ${messageOf(cause)}`,
      'Commit or put aside what git names.',
      { cause },
    );
  }
}

/** Commits files as they are in the working tree, and nothing that happens to be staged beside them. */
export async function commitFiles(
  folder: string,
  login: string,
  message: string,
  paths: string[],
): Promise<void> {
  await git(folder, [...identity(login), 'commit', '--quiet', '-m', message, '--', ...paths]);
}

/** A commit on HEAD that changes nothing: a request needs one, and a claim has nothing to show yet. @returns the commit */
export async function commitNothing(folder: string, login: string, message: string): Promise<string> {
  const args = [...identity(login), 'commit-tree', '-p', 'HEAD', '-m', message, 'HEAD^{tree}'];
  const sha = (await git(folder, args)).trim();
  await git(folder, ['update-ref', 'HEAD', sha]);
  return sha;
}

function identity(login: string): string[] {
  return ['-c', `user.name=${login}`, '-c', `user.email=${login}@users.noreply.github.com`];
}

/** A name for a branch, made of what people wrote. */
export function slug(text: string): string {
  const words =
    text
      .toLowerCase()
      .normalize('NFKD')
      .match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, 50).replace(/-+$/, '') || 'experiment';
}
