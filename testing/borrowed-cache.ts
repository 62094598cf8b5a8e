import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../setup/paths.mjs';

/**
 * A cache for a client of its own: the data sets and Python environments are this computer's, linked.
 * @param own what it keeps for itself
 * @returns the folder
 */
export async function borrowedCache(folder: string, own = ['lend']): Promise<string> {
  await mkdir(folder);
  for (const name of await readdir(cacheFolder()))
    if (!own.includes(name)) await symlink(join(cacheFolder(), name), join(folder, name));
  return folder;
}
