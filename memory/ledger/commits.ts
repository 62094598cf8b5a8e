import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { GitError, gitEnvironment } from '../clone/git.ts';

/** A commit of main's own history, and which files it changes. */
export interface CommitFiles {
  oid: string;
  /** Main's commit before; null for the first. */
  parent: string | null;
  /** When it was committed, ISO 8601 in UTC. */
  at: string;
  files: { path: string; from: string | null; to: string | null; isOdd: boolean }[];
}

const MARK = 'commit ';

/**
 * Commits of main's first-parent history that change any of the paths, the oldest first, as git tells them.
 * @param since a commit of that history: those after it
 */
export async function* commitsOf(
  folder: string,
  commit: string,
  since: string | null,
  paths: string[],
): AsyncGenerator<CommitFiles> {
  const args = [
    ...['log', '--first-parent', '-m', '--root', '--reverse', '--raw', '-z', '--no-abbrev', '--no-renames'],
    ...[`--format=${MARK}%H %ct %P`, since === null ? commit : `${since}..${commit}`, '--'],
  ];
  // Git itself would look for the paths through all of history before its first word.
  const isAsked = ({ path }: CommitFiles['files'][number]) =>
    paths.some((one) => path === one || path.startsWith(`${one}/`));
  let last: CommitFiles | null = null;
  let head: string | null = null;
  for await (const field of fieldsOf(folder, args)) {
    // After a commit's line git ends it with NUL, and begins the next record with a line feed.
    const text = field.replace(/^\n+/, '');
    if (head !== null) {
      const file = fileOf(head, field);
      if (isAsked(file)) last?.files.push(file);
      head = null;
    } else if (text.startsWith(':')) head = text;
    else if (text.startsWith(MARK)) {
      if (last && last.files.length > 0) yield last;
      const [oid, seconds, parent] = text.slice(MARK.length).split(/[ \n]/);
      const at = new Date(Number(seconds) * 1000).toISOString();
      last = { oid: oid!, parent: parent || null, at, files: [] };
    }
  }
  if (last && last.files.length > 0) yield last;
}

function fileOf(head: string, path: string): CommitFiles['files'][number] {
  const [, mode, from, to] = head.split(' ');
  return { path, from: named(from!), to: named(to!), isOdd: mode !== '100644' && mode !== '000000' };
}

function named(oid: string): string | null {
  return /^0+$/.test(oid) ? null : oid;
}

async function* fieldsOf(folder: string, args: string[]): AsyncGenerator<string> {
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const child = spawn('git', args, { cwd: folder, env: gitEnvironment(), stdio });
  const closed = once(child, 'close');
  closed.catch(() => {}); // git that cannot start: its pipe ends, and the wait below throws
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  let rest = '';
  try {
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      const fields = (rest + chunk).split('\0');
      rest = fields.pop()!;
      yield* fields;
    }
    const [status] = await closed;
    if (status !== 0) throw new GitError(args, status, said);
    if (rest !== '') yield rest;
  } finally {
    child.kill();
  }
}
