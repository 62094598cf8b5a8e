// A control group around one sandbox, where this user may make one: the kernel then bounds whatever its processes cause, memory
// that none of them maps included (buffers of sockets and pipes, files in memory). Where no group can be made, the watchdog and
// the machine's free memory are what is left.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MiB = 1024 ** 2;
/** Page tables, stacks of the kernel and bubblewrap itself, beside the memory that the watchdog counts. */
const BESIDE_MIB = 256;
const ROOT = '/sys/fs/cgroup';
const NAME = /^descent-(\d+)-\d+$/;

let made = 0;

export interface Limits {
  memoryMiB: number;
  processes: number;
}

export interface Group {
  /** Descriptors; a process that writes `0` to each of them is in the group. To be closed when it has started. */
  joins: number[];
  /** Folders of the group. */
  folders: string[];
  /** Whether the kernel ended one of its processes for the group's limit of memory. The others may live on. */
  overMemory(): boolean;
  /** Once no process is left. */
  remove(): Promise<void>;
}

/** Makes a group for one sandbox, or null where none can be made. */
export function makeGroup(
  limits: Limits,
  root = ROOT,
  own = readFileSync('/proc/self/cgroup', 'utf8'),
): Group | null {
  const isUnified = existsSync(join(root, 'cgroup.controllers'));
  const folders = isUnified ? unified(root, own, limits) : separate(root, own, limits);
  if (folders.length === 0) return null;
  const remove = async () => {
    for (const folder of folders) await removeGroup(folder);
  };
  const overMemory = () => folders.some(endedForMemory);
  try {
    const joins = folders.map((folder) => openSync(join(folder, 'cgroup.procs'), 'w'));
    return { joins, folders, overMemory, remove };
  } catch {
    void remove();
    return null; // another's kernel, or a folder that only looks like a group
  }
}

/** Version 2 counts in memory.events, version 1 in memory.oom_control. */
function endedForMemory(folder: string): boolean {
  const counts = ['memory.events', 'memory.oom_control'].map((file) => read(join(folder, file)));
  return counts.some((text) => /^oom_kill [1-9]/m.test(text));
}

/** Closes the descriptors by which processes join. */
export function closeJoins(group: Group | null): void {
  for (const descriptor of group?.joins ?? []) closeSync(descriptor);
}

/** Version 2: below the nearest group, from our own upwards, whose children have both limits and where we may make one. */
function unified(root: string, own: string, { memoryMiB, processes }: Limits): string[] {
  const parts = (/^0::\/(.*)$/m.exec(own)?.[1] ?? '')
    .split('/')
    .filter((part) => part !== '' && part !== '..');
  for (let depth = parts.length; depth >= 0; depth--) {
    const parent = join(root, ...parts.slice(0, depth));
    if (!handsOn(parent)) continue;
    const group = below(parent, {
      'memory.max': bytes(memoryMiB),
      'memory.swap.max': '0',
      'memory.oom.group': '1',
      'pids.max': String(processes),
    });
    if (group) return [group];
  }
  return [];
}

/** Whether children of a group have both limits. One that was given to us with them (`Delegate=` of systemd) passes them on. */
function handsOn(group: string): boolean {
  const has = (file: string) => {
    const names = read(join(group, file)).trim().split(/\s+/);
    return names.includes('memory') && names.includes('pids');
  };
  const control = 'cgroup.subtree_control';
  if (has(control) || !has('cgroup.controllers')) return has(control);
  try {
    writeFileSync(join(group, control), '+memory +pids');
    return true;
  } catch {
    return false; // not ours, or processes are in it
  }
}

/** Version 1: each limit has a tree of groups of its own. */
function separate(root: string, own: string, { memoryMiB, processes }: Limits): string[] {
  const ours = (name: string) =>
    new RegExp(`^\\d+:(?:[\\w=,]+,)?${name}(?:,[\\w=,]+)?:/(.*)$`, 'm').exec(own)?.[1];
  const wanted: [string, Record<string, string>][] = [
    [
      'memory',
      { 'memory.limit_in_bytes': bytes(memoryMiB), 'memory.memsw.limit_in_bytes': bytes(memoryMiB) },
    ],
    ['pids', { 'pids.max': String(processes) }],
  ];
  return wanted.flatMap(([name, settings]) => {
    const path = ours(name);
    const group = path === undefined ? null : below(join(root, name, path), settings);
    return group ? [group] : [];
  });
}

function bytes(memoryMiB: number): string {
  return String((memoryMiB + BESIDE_MIB) * MiB);
}

/** Makes a group in `parent`; null where that is not ours to do. Limits that this kernel does not know (of swap) are left out. */
function below(parent: string, settings: Record<string, string>): string | null {
  sweep(parent);
  const folder = join(parent, `descent-${process.pid}-${made++}`);
  try {
    mkdirSync(folder);
    for (const [name, value] of Object.entries(settings)) {
      const file = join(folder, name);
      if (existsSync(file)) writeFileSync(file, value);
    }
    return folder;
  } catch {
    void removeGroup(folder);
    return null;
  }
}

/** Groups that a killed runner left behind, empty by now. */
function sweep(parent: string): void {
  for (const name of existsSync(parent) ? readdirSync(parent) : []) {
    const pid = NAME.exec(name)?.[1];
    if (pid && !existsSync(`/proc/${pid}`)) void removeGroup(join(parent, name));
  }
}

/** The kernel may need a moment after the last process. */
async function removeGroup(folder: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    try {
      return rmdirSync(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') return; // never made, or gone
      await sleep(100);
    }
  }
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
