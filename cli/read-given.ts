import { readFile } from 'node:fs/promises';
import { CommandError, messageOf } from '../core/errors.ts';

/** A file that the command was given. @param remedy what to do where it cannot be read */
export async function readGiven(path: string, remedy: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new CommandError(`could not read ${path}: ${messageOf(cause)}`, remedy, { cause });
  }
}
