import { type Check, fail, ok, skip, warn } from '../finding.ts';

/** What the referee and the system take beside the job. */
const BESIDE_MIB = 1024;

export const memory: Check = {
  name: 'memory',
  safety: false,
  async look(host, { memoryMiB }) {
    const text = await host.read('/proc/meminfo');
    const [total, available] = ['MemTotal', 'MemAvailable'].map((name) => {
      const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text ?? '')?.[1];
      return kib === undefined ? null : Math.floor(Number(kib) / 1024);
    });
    if (total == null || available == null) return skip('the machine does not tell');
    const found = `${total} MiB, ${available} free; a job of the track may use ${memoryMiB}`;
    if (total < memoryMiB)
      return fail(found, 'Lend this machine to a smaller track, or lower memory-mib of the track.');
    if (available < memoryMiB + BESIDE_MIB) return warn(found, 'End other programs before jobs arrive.');
    return ok(found);
  },
};
