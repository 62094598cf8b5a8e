import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { GitError, git, gitEnvironment } from '../clone/git.ts';

/**
 * Reads many blobs in the given order, through one `git cat-file --batch`, with few in memory at a time.
 * A blob that git does not have is null. Throws a GitError when git ends before the last answer.
 */
export async function* readBlobs(folder: string, ids: string[]): AsyncGenerator<Buffer | null> {
  if (ids.length === 0) return;
  const args = ['cat-file', '--batch', '--buffer'];
  const child = spawnReader(folder, args);
  const closed = once(child, 'close');
  closed.catch(() => {}); // if git cannot start, answers are missing, which is an error below
  child.stdin.end(`${ids.join('\n')}\n`);
  let answered = 0;
  try {
    for await (const blob of answers(child.stdout)) {
      answered += 1;
      yield blob;
      if (answered === ids.length) return;
    }
    throw new GitError(args, child.exitCode, `answered ${answered} of ${ids.length} objects`);
  } finally {
    child.kill();
    await closed;
  }
}

/** Reads one blob after the other, when it is wanted, through one process that begins with the first. */
export class BlobReader implements Disposable {
  readonly #folder: string;
  #child: ReturnType<typeof spawnReader> | null = null;
  #answers: AsyncGenerator<Buffer | null> | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Empty where git does not have it. One call at a time. */
  async text(id: string): Promise<string> {
    this.#child ??= spawnReader(this.#folder, ['cat-file', '--batch']);
    this.#answers ??= answers(this.#child.stdout);
    this.#child.stdin.write(`${id}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new GitError(['cat-file'], this.#child.exitCode, 'it ended before its last answer');
    return value?.toString('utf8') ?? '';
  }

  [Symbol.dispose](): void {
    this.#child?.kill();
  }
}

function spawnReader(folder: string, args: string[]) {
  const child = spawn('git', args, {
    cwd: folder,
    env: gitEnvironment(),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.on('error', () => {}); // if git cannot start, answers are missing, which is an error
  child.stdin.on('error', () => {}); // the same if git ends
  return child;
}

/** `<id> blob <size>\n<bytes>\n` or `<id> missing\n`, again and again. */
async function* answers(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer | null> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      const end = held.indexOf(10);
      if (end < 0) break;
      const [, kind, size] = held.toString('latin1', 0, end).split(' ');
      if (kind === 'missing') {
        held = held.subarray(end + 1);
        yield null;
        continue;
      }
      const after = end + 1 + Number(size);
      if (held.length <= after) break;
      yield held.subarray(end + 1, after);
      held = held.subarray(after + 1);
    }
  }
}

/**
 * Fetches in one HTTP request what a partial clone left out below `under`. Git alone would ask for each blob separately.
 * @returns how many blobs were missing
 */
export async function fetchMissing(
  folder: string,
  from: string | null,
  to: string,
  under: string,
): Promise<number> {
  // Of main's whole history only what the commit itself has: older versions are not read.
  return fetchObjects(folder, from === null ? ['--no-walk', to] : [to, `^${from}`], [`${under}/`]);
}

/** The same for every version of these paths since a commit, or ever. @returns how many blobs were missing */
export async function fetchVersions(
  folder: string,
  from: string | null,
  to: string,
  paths: string[],
): Promise<number> {
  return fetchObjects(folder, ['--first-parent', to, ...(from === null ? [] : [`^${from}`])], paths);
}

async function fetchObjects(folder: string, range: string[], paths: string[]): Promise<number> {
  if ((await promisor(folder)) === null) return 0;
  const args = ['rev-list', '--objects', '--missing=print', '--no-object-names', ...range, '--', ...paths];
  const missing = (await git(folder, args)).split('\n').filter((line) => line.startsWith('?'));
  await fetchBlobs(
    folder,
    missing.map((line) => line.slice(1)),
  );
  return missing.length;
}

/** The same for blobs that are known by their ids; nothing where the clone is a whole one. */
export async function fetchBlobs(folder: string, ids: readonly string[]): Promise<void> {
  const remote = ids.length === 0 ? null : await promisor(folder);
  if (remote === null) return;
  const fetch = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--filter=blob:none',
    '--stdin',
    remote,
  ];
  await git(folder, ['-c', 'fetch.negotiationAlgorithm=noop', ...fetch], `${ids.join('\n')}\n`);
}

/** The remote a partial clone may ask for objects, or null in a full one. */
async function promisor(folder: string): Promise<string | null> {
  try {
    const text = await git(folder, ['config', '--get-regexp', '^remote\\..*\\.promisor$']);
    return /^remote\.(.+)\.promisor true$/m.exec(text)?.[1] ?? null;
  } catch (error) {
    if (error instanceof GitError && error.exitCode === 1) return null; // no such setting
    throw error;
  }
}
