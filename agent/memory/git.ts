import { execa } from 'execa';
import { Failure } from '../failure.ts';

/** The few questions the memory asks of git. All read objects, never the working tree, so a sparse or bare clone will do. */

const QUIET = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };

/** Runs git in `folder` and answers its output. Throws execa's error when git says no. */
export async function git(folder: string, args: string[], input?: string | Uint8Array): Promise<string> {
  const { stdout } = await execa('git', args, {
    cwd: folder,
    env: QUIET,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    stripFinalNewline: false,
    maxBuffer: 512 * 1024 * 1024,
  });
  return stdout;
}

/** The full id a name stands for, or null when there is none. */
export async function resolve(folder: string, name: string): Promise<string | null> {
  const { stdout, exitCode } = await execa(
    'git',
    ['rev-parse', '--verify', '--quiet', '--end-of-options', name],
    {
      cwd: folder,
      env: QUIET,
      reject: false,
      stdin: 'ignore',
    },
  );
  return exitCode === 0 ? stdout.trim() : null;
}

/** The folder that all worktrees of a clone share; it is the clone's identity on this machine. */
export async function commonFolder(folder: string): Promise<string> {
  try {
    return (await git(folder, ['rev-parse', '--path-format=absolute', '--git-common-dir'])).trim();
  } catch (cause) {
    throw new Failure(`${folder} is not inside a git clone`, 'Clone the repository and run this inside it.', {
      cause,
    });
  }
}

/** One file of one commit, or null when the commit has no such file. */
export async function fileAt(folder: string, commit: string, path: string): Promise<string | null> {
  const id = await resolve(folder, `${commit}:${path}`);
  return id === null ? null : await git(folder, ['cat-file', 'blob', id]);
}

/** Every file below `under`: path -> blob id. Empty when the folder does not exist. */
export async function listing(folder: string, commit: string, under: string): Promise<Map<string, string>> {
  const text = await git(folder, ['ls-tree', '-r', '-z', '--full-tree', commit, '--', `${under}/`]);
  const files = new Map<string, string>();
  for (const line of text.split('\0')) {
    const [head, path] = line.split('\t');
    const [, type, id] = (head ?? '').split(' ');
    if (type === 'blob' && id && path) files.set(path, id);
  }
  return files;
}

/** What changed below `under` between two commits: path -> the new blob id, null when deleted. */
export async function changes(
  folder: string,
  from: string,
  to: string,
  under: string,
): Promise<Map<string, string | null>> {
  const args = ['diff-tree', '-r', '-z', '--no-renames', '--raw', '--no-abbrev', from, to, '--', `${under}/`];
  const fields = (await git(folder, args)).split('\0');
  const changed = new Map<string, string | null>();
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [, newMode, , id, status] = fields[i]!.split(' ');
    changed.set(fields[i + 1]!, status === 'D' || newMode !== '100644' ? null : id!);
  }
  return changed;
}
