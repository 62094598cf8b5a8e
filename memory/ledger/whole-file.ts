import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';

/** The text of a file; null where there is none. */
export function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** Writes all of it or nothing, also when two commands write at once, or one is killed. Its folder must be there. */
export async function writeWhole(
  path: string,
  text: string,
  options: { mode?: number; flush?: boolean } = {},
): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(draft, text, options);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
