import { readdir, readFile } from 'node:fs/promises';

/** Files of /sys and /proc come and go, and some are closed: what cannot be read is not there. */

const NOT_THERE = new Set([
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'EIO',
  'ENODEV',
  'ESRCH',
  'EINVAL',
  'ENODATA',
  'EAGAIN',
]);

function nothing(error: NodeJS.ErrnoException): null {
  if (NOT_THERE.has(error.code ?? '')) return null;
  throw error;
}

export async function list(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(nothing)) ?? [];
}

/** Without white space around it; null when it is not there. */
export async function text(path: string): Promise<string | null> {
  return (await readFile(path, 'utf8').catch(nothing))?.trim() ?? null;
}
