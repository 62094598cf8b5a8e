import { chmod, open, readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';

/** The file that the bot's server reads its credentials from. GitHub shows the key of a new App once, so it is never lost here. */

const NAMES = ['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET'];

/** The file cannot take the credentials: said before GitHub is asked to make an App. */
export class FileError extends Error {
  override name = 'FileError';
}

/**
 * Checks that the file can take credentials: it can be written, and holds none of another App.
 * What else stands in it stays.
 */
export async function checkFile(path: string): Promise<void> {
  const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new FileError(`${path} cannot be read (${error.message}). Name another file: --out FILE`);
  });
  const there = NAMES.filter((name) => parseEnv(before)[name]);
  if (there.length > 0)
    throw new FileError(
      `${path} has ${there.join(' and ')} of an App already. Remove these lines, or name another file: --out FILE`,
    );
  const file = await open(path, 'a', 0o600).catch((error: Error) => {
    throw new FileError(`${path} cannot be written (${error.message}). Name another file: --out FILE`);
  });
  await file.close();
}

/** Appends lines to the file, readable by its owner alone. When that fails, `show` gets them: they exist nowhere else. */
export async function keepCredentials(
  path: string,
  lines: string[],
  show: (text: string) => void,
): Promise<void> {
  try {
    const file = await open(path, 'a', 0o600);
    try {
      await chmod(path, 0o600);
      await file.appendFile(`${(await endsALine(path)) ? '' : '\n'}${lines.join('\n')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    show(
      `${path} could not be written (${(error as Error).message}). Save these lines now, they are not shown again:\n\n${lines.join('\n')}\n`,
    );
  }
}

async function endsALine(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8');
  return text === '' || text.endsWith('\n');
}
