import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { withLock } from '../../setup/step.mjs';

/** The bot's own clone of the repository: git is read in bulk by git, which costs no API request. */

/** Long enough for the first fetch of 100,000 records. */
const LIMIT_MS = 10 * 60_000;

/** What git and the memory get to see of the environment: no credentials. */
const PASSED =
  /^(PATH|HOME|TMPDIR|LANG|(https?|no|all)_proxy|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|GIT_SSL_CAINFO)$/i;

/** A child process without the bot's secrets that never asks for a password. @returns what it printed */
export async function runQuietly(
  command: string,
  args: string[],
  cwd: string,
  { input, env: more }: { input?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const passed = Object.entries(process.env).filter(([name]) => PASSED.test(name));
  const env = { ...Object.fromEntries(passed), GIT_TERMINAL_PROMPT: '0', ...more };
  const limits = { timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 };
  const given = input === undefined ? { stdin: 'ignore' as const } : { input };
  const { stdout } = await execa(command, args, { cwd, env, extendEnv: false, ...given, ...limits });
  return stdout;
}

/**
 * A clone without history and working tree, brought to main's present commit. It is a cache: if git refuses it, it is made again.
 * @param url for instance `https://github.com/OWNER/REPO`; readable without a token
 * @returns its folder
 */
export async function freshClone(url: string, branch: string, cache: string): Promise<string> {
  const name = createHash('sha256').update(url).digest('hex').slice(0, 16);
  const folder = join(cache, 'clones', name);
  // A sweep, an event and a second process (`npm run sweep` beside the server) may want it at once; git has no lock for a fetch.
  await withLock(`${folder}.lock`, async () => {
    await mkdir(folder, { recursive: true });
    try {
      await bringUpToDate(folder, url, branch);
    } catch {
      // Half-made, or broken: from nothing once; what fails then is for the caller.
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      await bringUpToDate(folder, url, branch);
    }
  });
  return folder;
}

async function bringUpToDate(folder: string, url: string, branch: string): Promise<void> {
  const git = (...args: string[]) => runQuietly('git', args, folder);
  await git('init', '--quiet', '--initial-branch=main', '.');
  await git('config', 'remote.origin.url', `${url}.git`);
  // The records' contents are fetched when the index asks for them, once.
  await git('config', 'remote.origin.promisor', 'true');
  await git('config', 'remote.origin.partialclonefilter', 'blob:none');
  const refs = `+refs/heads/${branch}:refs/remotes/origin/main`;
  await git('fetch', '--quiet', '--no-tags', '--depth=1', '--filter=blob:none', 'origin', refs);
}
