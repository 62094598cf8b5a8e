import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { CommandError, messageOf } from '../../core/errors.ts';
import { configFolder } from '../../lend/settings.ts';

/** The borrower's key: outcomes are encrypted to its public half, and the secret half never leaves this computer. */

export interface BorrowKey {
  path: string;
  identity: string;
  recipient: string;
}

const SECRET = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/;

export function keyPath(env: Record<string, string | undefined>): string {
  return join(configFolder(env), 'descent', 'borrow.key');
}

/** The key of a file, as `age-keygen` writes it. @throws CommandError that says what is wrong with it */
export async function readKey(path: string): Promise<BorrowKey> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new CommandError(
      `the key ${path} cannot be read: ${messageOf(cause)}`,
      'Name the file with the secret key that you borrowed with: --identity FILE. Without it nobody can decrypt the outcome.',
      { cause },
    );
  });
  const { mode } = await stat(path);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new CommandError(`the key ${path} can be read by others`, `chmod 600 ${path}`);
  const lines = text.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const [identity] = keys;
  if (keys.length !== 1 || identity === undefined || !SECRET.test(identity))
    throw new CommandError(
      `${path} holds no key of age`,
      'It must hold one line AGE-SECRET-KEY-1..., as age-keygen writes it.',
    );
  return { path, identity, recipient: await identityToRecipient(identity) };
}

/** The same; a key is made where there is no file yet. @param made is told the path of a new one */
export async function findOrMakeKey(path: string, made: (path: string) => void): Promise<BorrowKey> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeFile(path, `# public key: ${recipient}\n${identity}\n`, { flag: 'wx', mode: 0o600 });
    made(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readKey(path);
}
