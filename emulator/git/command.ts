import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** How every git process of the emulator runs: without the user's or system's configuration, without prompts, with its own settings file. */

const SETTINGS = `[safe]
	directory = *
[gc]
	auto = 0
[maintenance]
	auto = false
[receive]
	autogc = false
	hideRefs = refs/pull
[http]
	receivepack = true
[uploadpack]
	allowAnySHA1InWant = true
	allowFilter = true
[core]
	logAllRefUpdates = false
	quotePath = false
[user]
	name = GitHub
	email = noreply@github.com
`;

class GitError extends Error {
  override name = 'GitError';
}

export type Git = ReturnType<typeof createGit>;

/** Writes the settings file into the folder; must be awaited before the first git process. */
export async function writeGitSettings(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'gitconfig'), SETTINGS);
}

export function createGit(folder: string) {
  const env = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: join(folder, 'gitconfig'),
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    LC_ALL: 'C',
  };
  /** Runs git and answers its exit status and output; never throws for a status other than 0. */
  async function attempt(
    cwd: string,
    args: string[],
    input = '',
  ): Promise<{ status: number; out: string; err: string }> {
    const done = await execa('git', args, {
      cwd,
      env,
      extendEnv: false,
      input,
      reject: false,
      stripFinalNewline: false,
      maxBuffer: 256 * 1024 * 1024,
    });
    if (done.exitCode === undefined)
      throw new GitError(`git ${args[0]} did not run in ${cwd}: ${done.message ?? 'unknown reason'}`);
    return { status: done.exitCode, out: done.stdout, err: done.stderr };
  }
  /** The same, but anything other than success throws what git said. */
  async function run(cwd: string, args: string[], input = ''): Promise<string> {
    const { status, out, err } = await attempt(cwd, args, input);
    if (status !== 0) throw new GitError(`git ${args[0]} failed in ${cwd}: ${err.trim()}`);
    return out;
  }
  return { env, run, attempt };
}
