import { type Check, fail, ok, skip, warn } from '../finding.ts';
import type { Host } from '../host.ts';

/** Memory that the referee and the system need beside the job. */
const BESIDE_MIB = 1024;

export const memory: Check = {
  name: 'memory',
  safety: false,
  needed: true,
  async look(host, { memoryMiB }) {
    const { total, available } = await memoryOf(host);
    if (total === null || available === null) return skip('the machine does not report it');
    const found = `${total} MiB, ${available} free; a job of the track may use ${memoryMiB}`;
    if (total < memoryMiB)
      return fail(found, 'Lend this machine to a smaller track, or lower memory-mib of the track.');
    if (available < memoryMiB + BESIDE_MIB) return warn(found, 'End other programs before jobs arrive.');
    return ok(found);
  },
};

/** The machine's memory in MiB, and how much is still free for programs. Null if it is not reported. */
export async function memoryOf(host: Host): Promise<{ total: number | null; available: number | null }> {
  const text = (await host.read('/proc/meminfo')) ?? '';
  const of = (name: string) => {
    const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
    return kib === undefined ? null : Math.floor(Number(kib) / 1024);
  };
  return { total: of('MemTotal'), available: of('MemAvailable') };
}
