import { readFile } from 'node:fs/promises';
import { whoHolds } from '../runner/lock.ts';

/**
 * Tells the client that lends this card or machine already to end after its job.
 * @returns who that is; null where there is none
 */
export async function finishOther(things: string[]): Promise<string | null> {
  for (const thing of things) {
    const holder = await whoHolds(thing);
    const pid = Number(/\(process (\d+)\)$/.exec(holder ?? '')?.[1]);
    // Whoever answers there could name any process: only one that lends is told.
    if (!(pid > 1) || !(await lends(pid))) continue;
    process.kill(pid, 'SIGUSR2');
    return holder;
  }
  return null;
}

async function lends(pid: number): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  // Without /proc, as on a Mac, the lock's own word counts.
  return line === null ? process.platform !== 'linux' : line.split('\0').includes('lend');
}
