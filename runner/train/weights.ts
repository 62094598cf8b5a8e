import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { UnscoredError } from '../outcome.ts';

/** Largest file of weights, 4 GiB: far above what the tracks can train. */
export const WEIGHTS_LIMIT = 4 * 1024 ** 3;

const CHUNK = 4 * 1024 ** 2;

export interface ClosedWeights {
  /** The referee's own read-only copy: what was hashed is what is served. */
  path: string;
  sha256: string;
  bytes: number;
}

/**
 * Takes the weights out of a stranger's folder, after the last of its processes has ended.
 * Nothing but a regular file is opened; it is copied while it is hashed.
 */
export async function closeWeights(from: string, to: string, limit = WEIGHTS_LIMIT): Promise<ClosedWeights> {
  const source = await openRegular(from);
  try {
    const { size } = await source.stat();
    if (size > limit) throw new UnscoredError('invalid', { code: 'weights-too-large', bytes: size, limit });
    if (size === 0) throw new UnscoredError('invalid', { code: 'weights-empty' });
    const copy = await open(to, 'wx', 0o444);
    try {
      const sha256 = await copyAndHash(source, copy, size);
      await copy.chmod(0o444);
      return { path: to, sha256, bytes: size };
    } finally {
      await copy.close();
    }
  } finally {
    await source.close();
  }
}

async function openRegular(path: string): Promise<FileHandle> {
  // NONBLOCK: opening a FIFO must not wait for a writer. NOFOLLOW: a link could name a file of the referee's.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    switch (error.code) {
      case 'ENOENT':
        throw new UnscoredError('invalid', { code: 'weights-missing' });
      case 'ELOOP':
        throw new UnscoredError('invalid', { code: 'weights-not-a-file', kind: 'link' });
      case 'ENXIO': // a socket
      case 'EACCES':
        throw new UnscoredError('invalid', { code: 'weights-unreadable' });
      default:
        throw error;
    }
  });
  const found = await handle.stat();
  if (found.isFile()) return handle;
  await handle.close();
  const kind = found.isDirectory() ? 'folder' : found.isFIFO() ? 'pipe' : 'special';
  throw new UnscoredError('invalid', { code: 'weights-not-a-file', kind });
}

async function copyAndHash(source: FileHandle, copy: FileHandle, size: number): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size));
  for (let done = 0; done < size; ) {
    const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, size - done), done);
    if (bytesRead === 0) throw new UnscoredError('invalid', { code: 'weights-shortened' });
    hash.update(buffer.subarray(0, bytesRead));
    const { bytesWritten } = await copy.write(buffer, 0, bytesRead, done);
    if (bytesWritten !== bytesRead)
      throw new Error('The copy of the weights is incomplete: is the disk full?');
    done += bytesRead;
  }
  return hash.digest('hex');
}
