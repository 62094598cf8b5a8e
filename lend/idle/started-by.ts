import { join } from 'node:path';
import { text } from './probes/read-files.ts';

/** No real tree of processes is deeper. */
const DEEPEST = 100;

/** Whether a process is `ancestor`, or was started by it or by one that it started. A process that is gone is not. */
export async function startedBy(ancestor: number, pid: number, proc = '/proc'): Promise<boolean> {
  let one = pid;
  for (let steps = 0; steps < DEEPEST && one > 0; steps += 1) {
    if (one === ancestor) return true;
    const stat = await text(join(proc, String(one), 'stat'));
    // The name stands in brackets and may hold brackets and blanks itself.
    const [, parent] =
      stat
        ?.slice(stat.lastIndexOf(')') + 1)
        .trim()
        .split(' ') ?? [];
    one = Number(parent ?? 0);
  }
  return false;
}
