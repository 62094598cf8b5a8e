import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { Git } from './command.ts';

/** The object store of one fork network: every repository of the network reads and writes these objects. */

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';
export interface GitObject {
  type: ObjectType;
  data: Buffer;
}
export interface TreeEntry {
  mode: string;
  type: 'blob' | 'tree' | 'commit';
  name: string;
  sha: string;
}
export interface Signature {
  name: string;
  email: string;
  /** ISO 8601 in UTC, whole seconds. */
  date: string;
}
export interface Commit {
  sha: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
}

const CACHED_BYTES = 1024 * 1024;
const CACHED_OBJECTS = 5000;
const compress = promisify(deflate);

export class ObjectStore {
  readonly folder: string;
  readonly #git: Git;
  #reader: ChildProcessWithoutNullStreams | undefined;
  #waiting: ((object: GitObject | null) => void)[] = [];
  #received: Buffer[] = [];
  #size = 0;
  readonly #cache = new Map<string, GitObject>();

  constructor(folder: string, git: Git) {
    this.folder = folder;
    this.#git = git;
  }

  async read(sha: string): Promise<GitObject | null> {
    if (!/^[0-9a-f]{40}$/.test(sha)) return null;
    const known = this.#cache.get(sha);
    if (known) return known;
    const object = await this.#ask(sha);
    if (object && object.data.length <= CACHED_BYTES) {
      if (this.#cache.size >= CACHED_OBJECTS) this.#cache.delete(this.#cache.keys().next().value!);
      this.#cache.set(sha, object);
    }
    return object;
  }

  async write(type: ObjectType, data: Uint8Array): Promise<string> {
    const whole = Buffer.concat([Buffer.from(`${type} ${data.length}\0`), data]);
    const sha = createHash('sha1').update(whole).digest('hex');
    const folder = join(this.folder, 'objects', sha.slice(0, 2));
    const path = join(folder, sha.slice(2));
    if (await stat(path).catch(missing)) return sha;
    await mkdir(folder, { recursive: true });
    const draft = `${path}.${process.hrtime.bigint()}`;
    await writeFile(draft, await compress(whole), { mode: 0o444 });
    await rename(draft, path);
    return sha;
  }

  async commit(sha: string): Promise<Commit | null> {
    const object = await this.read(sha);
    return object?.type === 'commit' ? parseCommit(sha, object.data.toString('utf8')) : null;
  }

  async tree(sha: string): Promise<TreeEntry[] | null> {
    const object = await this.read(sha);
    return object?.type === 'tree' ? parseTree(object.data) : null;
  }

  async blob(sha: string): Promise<Buffer | null> {
    const object = await this.read(sha);
    return object?.type === 'blob' ? object.data : null;
  }

  /** The entry at a path of a tree; the root itself for an empty path. */
  async entryAt(tree: string, path: string): Promise<TreeEntry | null> {
    let entry: TreeEntry = { mode: '040000', type: 'tree', name: '', sha: tree };
    for (const name of path.split('/').filter(Boolean)) {
      if (entry.type !== 'tree') return null;
      const next = (await this.tree(entry.sha))?.find((e) => e.name === name);
      if (!next) return null;
      entry = next;
    }
    return entry;
  }

  writeTree(entries: TreeEntry[]): Promise<string> {
    const key = (e: TreeEntry) => Buffer.from(e.type === 'tree' ? `${e.name}/` : e.name);
    const sorted = entries.toSorted((a, b) => Buffer.compare(key(a), key(b)));
    const parts = sorted.flatMap((e) => [
      Buffer.from(`${e.mode.replace(/^0+/, '')} ${e.name}\0`),
      Buffer.from(e.sha, 'hex'),
    ]);
    return this.write('tree', Buffer.concat(parts));
  }

  writeCommit(commit: Omit<Commit, 'sha'>): Promise<string> {
    const lines = [
      `tree ${commit.tree}`,
      ...commit.parents.map((p) => `parent ${p}`),
      `author ${signature(commit.author)}`,
      `committer ${signature(commit.committer)}`,
    ];
    return this.write('commit', Buffer.from(`${lines.join('\n')}\n\n${commit.message}`));
  }

  close(): void {
    this.#reader?.stdin.end();
    this.#reader?.kill();
    this.#reader = undefined;
  }

  /** One `git cat-file --batch` answers all reads in the order asked. */
  #ask(sha: string): Promise<GitObject | null> {
    const reader = this.#reader ?? this.#start();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      reader.stdin.write(`${sha}\n`);
    });
  }

  #start(): ChildProcessWithoutNullStreams {
    const reader = spawn('git', ['cat-file', '--batch'], { cwd: this.folder, env: this.#git.env });
    this.#reader = reader;
    reader.stdout.on('data', (chunk: Buffer) => {
      this.#received.push(chunk);
      this.#size += chunk.length;
      this.#take();
    });
    reader.stdin.on('error', () => reader.kill());
    reader.on('error', () => reader.kill());
    reader.on('close', () => {
      if (this.#reader === reader) this.#reader = undefined;
      for (const resolve of this.#waiting.splice(0)) resolve(null);
      this.#received = [];
      this.#size = 0;
    });
    return reader;
  }

  #take(): void {
    for (;;) {
      const first = this.#received[0];
      if (!first) return;
      let end = first.indexOf(10);
      if (end === -1 && this.#received.length > 1) end = this.#join().indexOf(10);
      if (end === -1) return;
      const head = this.#received[0]!.toString('utf8', 0, end);
      const [, type, length] = head.split(' ');
      if (type === 'missing' || length === undefined) {
        this.#drop(end + 1);
        this.#waiting.shift()?.(null);
        continue;
      }
      const size = Number(length);
      if (this.#size < end + size + 2) return;
      const data = Buffer.from(this.#join().subarray(end + 1, end + 1 + size));
      this.#drop(end + size + 2);
      this.#waiting.shift()?.({ type: type as ObjectType, data });
    }
  }

  #join(): Buffer {
    const all = this.#received.length === 1 ? this.#received[0]! : Buffer.concat(this.#received);
    this.#received = [all];
    return all;
  }

  #drop(bytes: number): void {
    const rest = this.#join().subarray(bytes);
    this.#received = rest.length > 0 ? [rest] : [];
    this.#size = rest.length;
  }
}

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function signature(who: Signature): string {
  const clean = (text: string) => text.replace(/[<>\n\0]/g, '').trim();
  return `${clean(who.name)} <${clean(who.email)}> ${Math.floor(Date.parse(who.date) / 1000)} +0000`;
}

function parseSignature(line: string): Signature {
  const found = /^(.*?) ?<([^>]*)> (-?\d+)/.exec(line);
  const seconds = Number(found?.[3] ?? 0);
  return {
    name: found?.[1] ?? '',
    email: found?.[2] ?? '',
    date: new Date(seconds * 1000).toISOString().replace('.000', ''),
  };
}

function parseCommit(sha: string, text: string): Commit {
  const split = text.indexOf('\n\n');
  const head = (split === -1 ? text : text.slice(0, split)).split('\n');
  const values = (key: string) =>
    head.filter((l) => l.startsWith(`${key} `)).map((l) => l.slice(key.length + 1));
  return {
    sha,
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: parseSignature(values('author')[0] ?? ''),
    committer: parseSignature(values('committer')[0] ?? ''),
    message: split === -1 ? '' : text.slice(split + 2),
  };
}

function parseTree(data: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < data.length; ) {
    const end = data.indexOf(0, at);
    const [mode, ...name] = data.toString('utf8', at, end).split(' ');
    const type = mode === '40000' ? 'tree' : mode === '160000' ? 'commit' : 'blob';
    const sha = data.toString('hex', end + 1, end + 21);
    entries.push({ mode: mode!.padStart(6, '0'), type, name: name.join(' '), sha });
    at = end + 21;
  }
  return entries;
}
