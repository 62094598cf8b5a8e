import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Starts a program that does not descend from this process, as those of the machine's owner. The caller ends it. */
export async function stranger(folder: string, ...command: string[]): Promise<number> {
  const file = join(folder, `pid-${Math.random()}`);
  const args = ['-c', `"$@" & echo $! > "${file}"`, 'sh', ...command];
  await once(spawn('sh', args, { stdio: 'ignore', detached: true }), 'close');
  return Number(readFileSync(file, 'utf8'));
}
