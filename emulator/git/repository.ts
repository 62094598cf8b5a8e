import { copyFile, mkdir, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './command.ts';
import { type FileChange, parseChanges } from './diff.ts';
import { ObjectStore } from './objects.ts';

/**
 * One bare git repository on disk. Repositories of one fork network share one folder of objects (their `objects` is a link to
 * it), so a fork's commit can be named by its sha in the base repository, as on GitHub.
 */
export class GitRepository {
  readonly folder: string;
  readonly store: ObjectStore;
  readonly #git: Git;
  #refs: Map<string, string> | undefined;
  readonly #facts = new Map<string, unknown>();

  constructor(folder: string, store: ObjectStore, git: Git) {
    this.folder = folder;
    this.store = store;
    this.#git = git;
  }

  /** All refs by full name. Read once, then kept in step by `updateRef` and, after a push, by `reload`. */
  async refs(): Promise<ReadonlyMap<string, string>> {
    return this.#refs ?? (await this.reload());
  }

  async reload(): Promise<ReadonlyMap<string, string>> {
    const out = await this.#git.run(this.folder, ['for-each-ref', '--format=%(objectname) %(refname)']);
    const lines = out.split('\n').filter(Boolean);
    this.#refs = new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]));
    return this.#refs;
  }

  /** Compare-and-swap: `from` null means "must not exist", undefined means "whatever it is". `to` null deletes. */
  async updateRef(name: string, to: string | null, from?: string | null): Promise<boolean> {
    const old = from === null ? ['0'.repeat(40)] : from === undefined ? [] : [from];
    const args = to === null ? ['update-ref', '-d', name, ...old] : ['update-ref', name, to, ...old];
    const { status } = await this.#git.attempt(this.folder, args);
    if (status !== 0) return false;
    const refs = this.#refs ?? new Map(await this.reload());
    if (to === null) refs.delete(name);
    else refs.set(name, to);
    this.#refs = refs;
    return true;
  }

  /** The commit a name stands for: a branch, a tag, `heads/x`, `refs/...`, a full or abbreviated sha. */
  async resolve(name: string): Promise<string | null> {
    const refs = await this.refs();
    for (const full of [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`, name]) {
      const sha = refs.get(full);
      if (sha) return sha;
    }
    if (/^[0-9a-f]{40}$/.test(name)) return (await this.store.read(name)) ? name : null;
    if (name === 'HEAD') return this.resolve(await this.head());
    // What is left is an abbreviation, or the ancestor of something: `main~1`, `main^`.
    if (!/^[0-9a-f]{7,39}$|^\w[\w./-]*[~^]\d{0,3}$/.test(name)) return null;
    const found = await this.#git.attempt(this.folder, [
      'rev-parse',
      '--verify',
      '--quiet',
      `${name}^{object}`,
    ]);
    return found.status === 0 ? found.out.trim() : null;
  }

  async head(): Promise<string> {
    return (await this.#git.run(this.folder, ['symbolic-ref', 'HEAD'])).trim();
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    if (ancestor === descendant) return true;
    return this.#fact(`ancestor ${ancestor} ${descendant}`, async () => {
      const args = ['merge-base', '--is-ancestor', ancestor, descendant];
      return (await this.#git.attempt(this.folder, args)).status === 0;
    });
  }

  async mergeBase(a: string, b: string): Promise<string | null> {
    if (a === b) return a;
    return this.#fact(`base ${a} ${b}`, async () => {
      const { status, out } = await this.#git.attempt(this.folder, ['merge-base', a, b]);
      return status === 0 ? out.trim() : null;
    });
  }

  /** Commits of `to` that `from` lacks, oldest first. */
  async commitsBetween(from: string, to: string): Promise<string[]> {
    return this.#fact(`between ${from} ${to}`, async () => {
      const out = await this.#git.run(this.folder, ['rev-list', '--reverse', '--topo-order', to, `^${from}`]);
      return out.split('\n').filter(Boolean);
    });
  }

  /** History from a commit, newest first, of one path when given. */
  async history(from: string, path: string | undefined, limit: number): Promise<string[]> {
    const paths = path ? ['--', path] : [];
    return this.#fact(`history ${from} ${path} ${limit}`, async () => {
      const out = await this.#git.run(this.folder, ['rev-list', `--max-count=${limit}`, from, ...paths]);
      return out.split('\n').filter(Boolean);
    });
  }

  async changes(from: string, to: string): Promise<FileChange[]> {
    return this.#fact(`changes ${from} ${to}`, async () => {
      const out = await this.#git.run(this.folder, [
        'diff-tree',
        '-r',
        '-M',
        '--raw',
        '--numstat',
        '-z',
        from,
        to,
      ]);
      return parseChanges(out);
    });
  }

  /** The unified diff of one path, from the first `@@`, as GitHub's `patch`; undefined for a binary file. */
  async patch(from: string, to: string, paths: string[]): Promise<string | undefined> {
    return this.#fact(`patch ${from} ${to} ${paths.join('\0')}`, async () => {
      const out = await this.#git.run(this.folder, ['diff', '-M', from, to, '--', ...paths]);
      const start = out.indexOf('\n@@');
      return start === -1 ? undefined : out.slice(start + 1).replace(/\n$/, '');
    });
  }

  /** The tree of a merge by git's own strategy; null when the two conflict, undefined when this git (before 2.38) cannot say. */
  async mergeTree(ours: string, theirs: string): Promise<string | null | undefined> {
    return this.#fact(`merge ${ours} ${theirs}`, async () => {
      const args = ['merge-tree', '--write-tree', '--no-messages', ours, theirs];
      const { status, out } = await this.#git.attempt(this.folder, args);
      if (status === 0) return out.trim();
      return status === 1 ? null : undefined;
    });
  }

  async diff(from: string, to: string): Promise<string> {
    return this.#fact(`diff ${from} ${to}`, () => this.#git.run(this.folder, ['diff', '-M', from, to]));
  }

  /** The commits of `to` that `from` lacks as e-mails, as `git format-patch` writes them. */
  async mailbox(from: string, to: string): Promise<string> {
    const args = ['format-patch', '--stdout', '--no-signature'];
    // An empty tree is the beginning of everything: the commit itself alone.
    const what = (await this.store.commit(from)) ? [`${from}..${to}`] : ['--root', '-1', to];
    return this.#fact(`mailbox ${from} ${to}`, () => this.#git.run(this.folder, [...args, ...what]));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What follows from shas alone never changes. */
  async #fact<T>(key: string, find: () => Promise<T>): Promise<T> {
    if (this.#facts.has(key)) return this.#facts.get(key) as T;
    const value = await find();
    if (this.#facts.size > 20_000) this.#facts.clear();
    this.#facts.set(key, value);
    return value;
  }
}

/** A new fork network with its first repository, whose branch `main` is the given ref of a local git folder. */
export async function importRepository(
  git: Git,
  folder: { network: string; repository: string },
  from: string,
  ref: string,
): Promise<GitRepository> {
  const repository = await emptyRepository(git, folder);
  await git.run(folder.repository, [
    'fetch',
    '--quiet',
    '--no-tags',
    '--update-shallow',
    from,
    `${ref}:refs/heads/main`,
  ]);
  return repository;
}

/** A new fork network with its first repository, which has no commit yet. */
export async function emptyRepository(
  git: Git,
  folder: { network: string; repository: string },
): Promise<GitRepository> {
  await git.run('/', ['init', '--quiet', '--bare', '--initial-branch=main', folder.network]);
  return bareRepository(git, folder.repository, new ObjectStore(folder.network, git));
}

/** A fork: the same objects, and a copy of the branches and tags. */
export async function forkRepository(git: Git, base: GitRepository, folder: string): Promise<GitRepository> {
  const fork = await bareRepository(git, folder, base.store);
  if (await stat(join(base.folder, 'shallow')).catch(() => null))
    await copyFile(join(base.folder, 'shallow'), join(folder, 'shallow'));
  const refs = [...(await base.refs())].filter(([name]) => /^refs\/(heads|tags)\//.test(name));
  const orders = refs.map(([name, sha]) => `create ${name} ${sha}\n`).join('');
  await git.run(folder, ['update-ref', '--stdin'], orders);
  return fork;
}

async function bareRepository(git: Git, folder: string, store: ObjectStore): Promise<GitRepository> {
  await mkdir(join(folder, '..'), { recursive: true });
  await git.run('/', ['init', '--quiet', '--bare', '--initial-branch=main', folder]);
  await rm(join(folder, 'objects'), { recursive: true });
  await symlink(join(store.folder, 'objects'), join(folder, 'objects'));
  return new GitRepository(folder, store, git);
}
