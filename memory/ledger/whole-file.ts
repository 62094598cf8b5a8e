import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';

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
