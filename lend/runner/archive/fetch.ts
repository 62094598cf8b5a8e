import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { CommandError, messageOf } from '../../../core/errors.ts';
import type { Archive } from './pin.ts';

/** Larger than any runner so far (230 MB): what is larger is something else. */
const MOST_BYTES = 1024 ** 3;
/** A download that brings nothing for so long has ended. */
const SILENT_MS = 60_000;
const NAME = /^actions-runner-.*\.tar\.gz(\..+)?$/;

export interface FetchOptions {
  signal?: AbortSignal;
  silentMs?: number;
  /** Learns that it is not in the cache and takes a while. */
  onDownload?: (archive: Archive) => void;
}

/**
 * The archive, from the owner's cache or downloaded into it. Its digest is checked in both cases, so that nothing else is ever
 * unpacked.
 * @param folder of the cache, made if it is missing
 * @throws CommandError: no network, disk full, wrong digest
 */
export async function fetchArchive(
  archive: Archive,
  folder: string,
  { signal, silentMs = SILENT_MS, onDownload }: FetchOptions = {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `actions-runner-${archive.sha256.slice(0, 16)}.tar.gz`);
  if ((await digestOf(path)) === archive.sha256) return path;
  onDownload?.(archive);
  const part = `${path}.${randomUUID()}`;
  try {
    const digest = await download(archive.url, part, signal, silentMs);
    if (digest !== archive.sha256)
      throw new CommandError(
        `what ${archive.url} sends is not the runner that is pinned: its sha256 is ${digest}, not ${archive.sha256}`,
        'Nothing of it was unpacked. Try once more; if it stays so, report it as SECURITY.md says.',
      );
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
  for (const name of await readdir(folder))
    if (NAME.test(name) && !name.startsWith(`actions-runner-${archive.sha256.slice(0, 16)}`))
      await rm(join(folder, name), { force: true }); // an older version, or half of it
  return path;
}

/**
 * Unpacks a checked archive into an empty folder.
 * @throws CommandError
 */
export async function unpack(path: string, folder: string): Promise<void> {
  const ran = await execa('tar', ['-xzf', path, '-C', folder, '--no-same-owner'], {
    reject: false,
    env: { LC_ALL: 'C' },
  });
  if (ran.failed) {
    const said = ran.stderr.split('\n')[0] ?? '';
    if (/no space left/i.test(ran.stderr)) throw full(folder);
    throw new CommandError(
      `the runner cannot be unpacked into ${folder}: ${said || ran.shortMessage}`,
      'Install tar and gzip, and check the disk.',
    );
  }
  await access(join(folder, 'bin', 'Runner.Listener')).catch(() => {
    throw new CommandError(
      `the archive ${path} holds no bin/Runner.Listener`,
      'Name an archive of GitHub’s runner, or none: then the pinned one is taken.',
    );
  });
}

async function download(
  url: string,
  path: string,
  signal: AbortSignal | undefined,
  silentMs: number,
): Promise<string> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silentMs);
  const hash = createHash('sha256');
  let bytes = 0;
  const watch = new Transform({
    transform(chunk: Buffer, _, done) {
      timer.refresh();
      hash.update(chunk);
      bytes += chunk.length;
      done(bytes > MOST_BYTES ? new Error(`it has more than ${MOST_BYTES} bytes`) : null, chunk);
    },
  });
  try {
    const either = AbortSignal.any([silence.signal, ...(signal ? [signal] : [])]);
    const answer = await fetch(url, { signal: either });
    if (!answer.ok || !answer.body) throw new Error(`the server answers ${answer.status}`);
    const body = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
    await pipeline(body, watch, createWriteStream(path, { flags: 'wx' }), { signal: either });
    return hash.digest('hex');
  } catch (error) {
    signal?.throwIfAborted();
    throw silence.signal.aborted
      ? unreachable(url, `nothing came for ${silentMs / 1000} s`)
      : explain(url, path, error);
  } finally {
    clearTimeout(timer);
  }
}

function explain(url: string, path: string, error: unknown): CommandError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return full(path);
  const { cause } = error as Error;
  return unreachable(url, cause === undefined ? messageOf(error) : messageOf(cause));
}

function unreachable(url: string, why: string): CommandError {
  return new CommandError(
    `GitHub's runner cannot be downloaded from ${url}: ${why}`,
    'Check the network and a proxy, then start again. Nothing was kept of the part that came.',
  );
}

function full(path: string): CommandError {
  return new CommandError(
    `the disk is full at ${path}`,
    'Make room: the runner takes 1 GiB, a job up to 20 GiB; or put the cache elsewhere (DESCENT_CACHE).',
  );
}

/** Null where there is no such file. */
async function digestOf(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
