import { readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { CommandError } from '../../core/errors.ts';
import { findClone } from '../../memory/clone/clone.ts';

/**
 * Paths from a program, not from a person at the keyboard. They must lie inside the clone, with links followed, and outside
 * `.git`, whose hooks run as the user.
 */

const REMEDY = 'Name a path inside the clone, relative to its top, not in .git or node_modules.';

/** @returns the path itself, with links followed */
export async function insideClone(cwd: string, given: string): Promise<string> {
  const top = await realpath((await findClone(cwd)).folder);
  const path = await followed(resolve(cwd, given));
  const inner = relative(top, path);
  const parts = inner.split(sep);
  if (parts[0] === '..' || resolve(top, inner) !== path)
    throw new CommandError(`${given} is not inside the clone ${top}`, REMEDY);
  if (parts.some((part) => ['.git', 'node_modules'].includes(part.toLowerCase())))
    throw new CommandError(`${given} is not a place for your files`, REMEDY);
  return path;
}

/** The same, for writing. @param replaceable files that may be overwritten; all others must be new */
export async function newInsideClone(cwd: string, given: string, replaceable: string[]): Promise<string> {
  const path = await insideClone(cwd, given);
  const top = await realpath((await findClone(cwd)).folder);
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere && !replaceable.includes(relative(top, path)))
    throw new CommandError(
      `${given} exists already`,
      `Name a new file, or one of: ${replaceable.join(', ')}.`,
    );
  return path;
}

/** Follows the links of the part of a path that exists, and also a link whose target does not exist yet. */
async function followed(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    const folder = await followed(dirname(path));
    const target = await readlink(path).catch(() => null); // null: it is no link
    return target === null ? join(folder, basename(path)) : await followed(resolve(folder, target));
  }
}
