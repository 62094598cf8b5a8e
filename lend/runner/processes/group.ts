import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A control group (version 2) around one job, where this user may make one, as in a service of systemd: no process leaves it, and the
 * kernel ends all in it at once.
 */
export interface JobGroup {
  folder: string;
  /** A command that joins the group and becomes the rest of its arguments. */
  join: string[];
  members(): number[];
  kill(): void;
  remove(): Promise<void>;
}

/** Null where none can be made. */
export function makeJobGroup(name: string): JobGroup | null {
  const parent = ownGroup();
  if (parent === null) return null;
  const folder = join(parent, `descent-lend-${name}`);
  try {
    mkdirSync(folder);
    const group = openJobGroup(folder);
    if (group !== null) return group;
    rmdirSync(folder);
    return null;
  } catch {
    return null; // not ours to make
  }
}

/** A group that an earlier client made; null when it is gone. */
export function openJobGroup(folder: string): JobGroup | null {
  const file = (name: string) => join(folder, name);
  if (!existsSync(file('cgroup.kill'))) return null; // kernels before 5.14
  return {
    folder,
    join: ['/bin/sh', '-c', 'echo $$ > "$0" && exec "$@"', file('cgroup.procs')],
    members: () => within(folder),
    kill: () => writeFileSync(file('cgroup.kill'), '1'),
    async remove() {
      for (let tries = 0; tries < 50; tries++) {
        if (removed(folder)) return;
        await sleep(20); // the kernel needs a moment after the last process
      }
    },
  };
}

/** The processes of a group and of those below it. */
function within(folder: string): number[] {
  if (!existsSync(folder)) return [];
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const here = readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  return [...here, ...below.flatMap(({ name }) => within(join(folder, name)))];
}

function removed(folder: string): boolean {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) removed(join(folder, entry.name));
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function ownGroup(): string | null {
  if (process.platform !== 'linux') return null;
  const mount = /^(?:\S+ ){4}(\S+) .*- cgroup2 /m.exec(readFileSync('/proc/self/mountinfo', 'utf8'))?.[1];
  const own = /^0::(\/.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
  return mount === undefined || own === undefined ? null : join(mount, own);
}
