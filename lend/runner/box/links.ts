import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { z } from 'zod';

/**
 * The links at the cache's top. An owner may keep a data set on another disk: the box shows where such a link leads. A job writes in the
 * cache too, so what it links is never followed, and removed after it.
 */

export const linkSchema = z.strictObject({
  name: z.string(),
  /** What the link says, and where it leads in the end; null where nothing is there. */
  to: z.string(),
  real: z.string().nullable(),
});
export type Link = z.infer<typeof linkSchema>;

/** Read when no job runs. */
export function linksIn(cache: string): Link[] {
  const entries = existsSync(cache) ? readdirSync(cache, { withFileTypes: true }) : [];
  return entries
    .filter((entry) => entry.isSymbolicLink())
    .map(({ name }) => {
      const path = join(cache, name);
      return { name, to: readlinkSync(path), real: existsSync(path) ? realpathSync(path) : null };
    });
}

/**
 * Makes the links as they were before a job. One that leads elsewhere now, since the job changed what it passes, is removed as well.
 * @returns the names of those that were removed
 */
export function removeNewLinks(cache: string, before: Link[]): string[] {
  const writable = [cache, ...before.flatMap(({ real }) => real ?? [])];
  const canBeMade = ({ to }: Link) =>
    writable.some((folder) => `${resolve(cache, to)}${sep}`.startsWith(folder + sep));
  const isSame = (now: Link) => {
    const was = before.find(({ name }) => name === now.name);
    if (was === undefined || was.to !== now.to) return false;
    // A disk may be taken away, or come, during a job.
    return was.real === now.real || now.real === null || (was.real === null && !canBeMade(was));
  };
  const added = linksIn(cache).filter((link) => !isSame(link));
  for (const { name } of added) rmSync(join(cache, name));
  for (const { name, to } of before) {
    const isLost = !added.some((link) => link.name === name && link.to === to);
    const path = join(cache, name);
    if (isLost && !lstatSync(path, { throwIfNoEntry: false })) symlinkSync(to, path);
  }
  return added.map(({ name }) => name);
}
