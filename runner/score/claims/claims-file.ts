import { type FileHandle, open } from 'node:fs/promises';
import { floats } from '../floats.ts';

/** Claims on disk, for the referee alone: float32 log-probabilities, row after row of T. */
export interface ClaimsFile {
  path: string;
  /** Rows may come in any order. */
  write(index: number, claims: Float32Array): Promise<void>;
  row(index: number): Promise<Float32Array>;
  close(): Promise<void>;
}

export async function createClaimsFile(path: string, length: number): Promise<ClaimsFile> {
  return wrap(path, await open(path, 'wx+', 0o600), length);
}

/** Opens kept claims; null when there are none, or when their number is not that of `rows` rows. */
export async function openClaimsFile(path: string, length: number, rows: number): Promise<ClaimsFile | null> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!handle) return null;
  if ((await handle.stat()).size === 4 * length * rows) return wrap(path, handle, length);
  await handle.close();
  return null;
}

/** A part of kept claims as a file of its own: `at` says where a row of it lies. */
export function partOfClaims(whole: ClaimsFile, at: (row: number) => number): ClaimsFile {
  return {
    path: whole.path,
    write: (index, claims) => whole.write(at(index), claims),
    row: (index) => whole.row(at(index)),
    close: () => whole.close(),
  };
}

function wrap(path: string, handle: FileHandle, length: number): ClaimsFile {
  return {
    path,
    async write(index, claims) {
      const bytes = new Uint8Array(claims.buffer, claims.byteOffset, claims.byteLength);
      await handle.write(bytes, 0, bytes.length, 4 * length * index);
    },
    async row(index) {
      const buffer = Buffer.alloc(4 * length);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 4 * length * index);
      if (bytesRead !== buffer.length) throw new Error(`${path} holds no row ${index}.`);
      return floats(buffer);
    },
    close: () => handle.close(),
  };
}
