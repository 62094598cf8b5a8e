import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { CommandError } from '../../core/errors.ts';

/**
 * The few questions that the memory asks git. All read objects, never the working tree, so a sparse or bare clone is enough.
 * Uses Node's own `execFile`, since importing execa would take a third of a short command's time.
 */

/** git must not ask for a password, take locks for reading, or speak another language. */
const QUIET = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };

/** Variables by which a hook or a caller names another repository (`git rev-parse --local-env-vars`). We use the one around us. */
const OTHERS =
  /^GIT_(DIR|WORK_TREE|IMPLICIT_WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|PREFIX|GRAFT_FILE|SHALLOW_FILE|REPLACE_REF_BASE|NAMESPACE)$/;

/** The environment for git: the caller's, without what would name another repository. */
export function gitEnvironment(more: Record<string, string> = {}): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !OTHERS.test(name));
  return { ...Object.fromEntries(own), ...QUIET, ...more };
}

/** git failed, and no command had a better remedy. */
export class GitError extends CommandError {
  readonly exitCode: number | null;

  constructor(args: string[], exitCode: number | null, said: string) {
    super(
      `git ${args[0]}: ${said.trim() || `exit status ${exitCode}`}`,
      'Check the clone with `git status` and `git fsck`. A fresh clone loses nothing.',
    );
    this.name = 'GitError';
    this.exitCode = exitCode;
  }
}

/** Runs git in `folder` and returns its output. Throws a GitError when git fails. */
export function git(
  folder: string,
  args: string[],
  input = '',
  more: Record<string, string> = {},
): Promise<string> {
  return new Promise((done, fail) => {
    const options = { cwd: folder, env: gitEnvironment(more), maxBuffer: 512 * 1024 * 1024 };
    const child = execFile('git', args, options, (error, stdout, stderr) => {
      if (error === null) done(stdout);
      else
        fail(new GitError(args, typeof error.code === 'number' ? error.code : null, stderr || error.message));
    });
    child.stdin?.on('error', () => {}); // git may end before it has read all; its exit status says why
    child.stdin?.end(input);
  });
}

/** The full ids of names, null for those that git does not know. A name is never read as an option or a second line. */
export async function resolveAll(folder: string, names: string[]): Promise<(string | null)[]> {
  const asked = names.map((name) => name.replaceAll('\n', ' '));
  const answer = await git(folder, ['cat-file', '--batch-check=%(objectname)'], `${asked.join('\n')}\n`);
  return answer
    .trim()
    .split('\n')
    .map((line) => (/^[0-9a-f]{40,64}$/.test(line) ? line : null));
}

export async function resolve(folder: string, name: string): Promise<string | null> {
  return (await resolveAll(folder, [name]))[0] ?? null;
}

/** One file of one commit, or null when the commit has no such file. */
export async function fileAt(folder: string, commit: string, path: string): Promise<string | null> {
  const id = await resolve(folder, `${commit}:${path}`);
  return id === null ? null : await git(folder, ['cat-file', 'blob', id]);
}

/** The folders right below `under`, as paths. Empty when it does not exist. */
export async function folders(folder: string, commit: string, under: string): Promise<string[]> {
  const text = await git(folder, [
    'ls-tree',
    '-d',
    '-z',
    '--name-only',
    '--full-tree',
    commit,
    '--',
    `${under}/`,
  ]);
  return text.split('\0').filter(Boolean);
}

/** Every regular file below `under`: path -> blob id. Empty when the folder does not exist. */
export async function listing(folder: string, commit: string, under: string): Promise<Map<string, string>> {
  const text = await git(folder, ['ls-tree', '-r', '-z', '--full-tree', commit, '--', `${under}/`]);
  const files = new Map<string, string>();
  for (const line of text.split('\0')) {
    const [head, path] = line.split('\t');
    const [mode, , id] = (head ?? '').split(' ');
    if (mode === '100644' && id && path) files.set(path, id);
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

/** How many result files are below `under`: those of `listing`, counted as they arrive, since 100,000 names are 10 MiB. */
export async function countFiles(folder: string, commit: string, under: string): Promise<number> {
  const args = ['ls-tree', '-r', '-z', '--full-tree', commit, '--', `${under}/`];
  const child = spawn('git', args, {
    ...{ cwd: folder, env: gitEnvironment() },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'close');
  ended.catch(() => {}); // git that cannot start: its pipe ends, and the wait below throws
  let count = 0;
  let rest = '';
  for await (const chunk of child.stdout.setEncoding('latin1')) {
    const lines = (rest + chunk).split('\0');
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith('100644 ') && line.endsWith('.json')) count += 1;
  }
  const [status] = await ended;
  if (status !== 0) throw new GitError(args, status, `could not list ${under} of ${commit}`);
  return count;
}

/** Whether the clone has only the end of main's history. */
export async function isShallow(folder: string): Promise<boolean> {
  return (await git(folder, ['rev-parse', '--is-shallow-repository'])).trim() === 'true';
}

/** Throws where it has no more. @param what is made of it, such as `events are made` */
export async function needHistory(folder: string, what: string): Promise<void> {
  if (!(await isShallow(folder))) return;
  throw new CommandError(
    `this clone is shallow, and ${what} from main's whole history`,
    'Run `git fetch --unshallow` first.',
  );
}
