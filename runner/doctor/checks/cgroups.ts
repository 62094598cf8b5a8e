import { join } from 'node:path';
import { type Check, fail, ok, skip, warn } from '../finding.ts';
import type { Host } from '../host.ts';
import type { Plan } from '../plan.ts';

const ROOT = '/sys/fs/cgroup';
/** Processes that PyTorch and its compiler may start on a machine with many cores, with room to spare. */
const PROCESSES = 512;

/**
 * Control groups. They limit containers, and the group of this process may allow too little.
 * A sandbox of bubblewrap gets one where the runner may make it (sandbox/bubblewrap/group.ts), and is limited by prlimit and the watchdog in any case.
 */
export const cgroups: Check = {
  name: 'cgroups',
  safety: false,
  async look(host, plan) {
    if (host.platform !== 'linux') return skip(`not Linux but ${host.platform}`);
    const controllers = (await host.read(join(ROOT, 'cgroup.controllers')))?.split(/\s+/) ?? null;
    if (controllers === null) {
      return warn(
        'version 1 or none: limits of containers started by an ordinary user do nothing here',
        'Start with version 2 (kernel parameter systemd.unified_cgroup_hierarchy=1). bubblewrap works without it, and as root also with version 1.',
      );
    }
    const tight = await tightness(host, plan);
    if (tight) return fail(tight, 'Raise the limit of the service or container that starts the runner.');
    const missing = ['memory', 'pids'].filter((name) => !controllers.includes(name));
    if (missing.length > 0) {
      return warn(
        `version 2 without ${missing.join(' and ')}`,
        'Delegate the controllers (systemd: Delegate=yes).',
      );
    }
    return ok('version 2 with memory and pids');
  },
};

/** The limit of this process's own group, or one above it, that a job would hit. */
async function tightness(host: Host, plan: Plan): Promise<string | null> {
  const own = /^0::(\/.*)$/m.exec((await host.read('/proc/self/cgroup')) ?? '')?.[1] ?? '/';
  const parts = own.split('/').filter((part) => part !== '' && part !== '..');
  for (const depth of [...parts.keys(), parts.length]) {
    const folder = join(ROOT, ...parts.slice(0, depth));
    const processes = await limit(host, join(folder, 'pids.max'));
    if (processes < PROCESSES) return `${folder} allows ${processes} processes, a job may need ${PROCESSES}`;
    const memory = (await limit(host, join(folder, 'memory.max'))) / 1024 ** 2;
    if (memory < plan.memoryMiB) {
      return `${folder} allows ${Math.floor(memory)} MiB of memory, a job of the track may use ${plan.memoryMiB}`;
    }
  }
  return null;
}

async function limit(host: Host, file: string): Promise<number> {
  const text = (await host.read(file))?.trim();
  return text === undefined || !/^\d+$/.test(text) ? Number.POSITIVE_INFINITY : Number(text);
}
