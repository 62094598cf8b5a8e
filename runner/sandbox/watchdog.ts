import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statfsSync } from 'node:fs';

const EVERY_MS = 500;
const COUNTED_WITHIN_MS = 3000;
const MiB = 1024 ** 2;
/** Free disk that a stranger may not use up, so that the owner's machine and the referee go on. */
const FREE_DISK_MIB = 1024;
const FREE_FILES = 10_000;
/** Memory that must stay free on the machine, so that the owner's machine keeps working. */
const FREE_MEMORY_MIB = 512;

/** What ran out on the machine although the job kept its limits. The job gets no outcome. */
export type MachineBreach = 'machine-memory' | 'machine-disk';

export interface Watched {
  /** Of all processes together. */
  memoryMiB: number;
  scratch: string;
  /** Whether the kernel ended one of its processes for memory. */
  overMemory?: (() => boolean) | undefined;
  /** What must stay free on the machine. */
  freeDiskMiB?: number;
  freeMemoryMiB?: number;
}

export interface Watchdog {
  stop(): void;
}

/**
 * Checks twice a second what no limit of an ordinary user bounds: the memory of all processes of a sandbox together (shared pages
 * count once per process), and the free disk under its scratch folder.
 * @param firstProcess returns the sandbox's first process; null: something else bounds its memory
 * @param onBreach called once, with what was used up
 */
export function watch(
  firstProcess: () => number | null,
  { memoryMiB, scratch, overMemory, freeDiskMiB = FREE_DISK_MIB, freeMemoryMiB = FREE_MEMORY_MIB }: Watched,
  onBreach: (what: 'memory' | 'disk' | MachineBreach) => void,
): Watchdog {
  const before = freeOn(scratch);
  const wasFull = diskIsFull(scratch, freeDiskMiB);
  const breach = () => {
    const first = firstProcess();
    if (overMemory?.()) return 'memory';
    if (first !== null && memoryOf(first) > memoryMiB * MiB) return 'memory';
    if (first !== null && memoryIsFull(freeMemoryMiB)) return 'machine-memory';
    if (diskIsFull(scratch, freeDiskMiB))
      return !wasFull && tookMost(scratch, before) ? 'disk' : 'machine-disk';
    return null;
  };
  const timer = setInterval(() => {
    const what = breach();
    if (!what) return;
    clearInterval(timer);
    onBreach(what);
  }, EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

/** Bytes of anonymous and shared memory, and of page tables, held by a process and all its descendants. */
function memoryOf(first: number): number {
  let bytes = 0;
  const waiting = [first];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const status = readOrGone(`/proc/${pid}/status`);
    for (const [, kibibytes] of status.matchAll(/^(?:RssAnon|RssShmem|VmPTE):\s+(\d+) kB$/gm))
      bytes += Number(kibibytes) * 1024;
    for (const thread of listOrGone(`/proc/${pid}/task`)) {
      const children = readOrGone(`/proc/${pid}/task/${thread}/children`);
      for (const child of children.split(' ')) if (child) waiting.push(Number(child));
    }
  }
  return bytes;
}

/** False if the kernel does not report it. */
function memoryIsFull(freeMiB: number): boolean {
  const kibibytes = /^MemAvailable:\s+(\d+) kB/m.exec(readOrGone('/proc/meminfo'))?.[1];
  return kibibytes !== undefined && Number(kibibytes) < freeMiB * 1024;
}

function diskIsFull(folder: string, freeMiB: number): boolean {
  const { bavail, bsize, ffree, files } = statfsSync(folder);
  return bavail * bsize < freeMiB * MiB || (files > 0 && ffree < FREE_FILES);
}

interface Free {
  bytes: number;
  files: number;
}

function freeOn(folder: string): Free {
  const { bavail, bsize, ffree } = statfsSync(folder);
  return { bytes: bavail * bsize, files: ffree };
}

/** Whether a folder holds at least half of what its disk lost since, and more than little: of the room, or of the files it can have. */
function tookMost(folder: string, before: Free): boolean {
  const now = freeOn(folder);
  return (
    held(folder, '--block-size=1') * 2 >= Math.max(64 * MiB, before.bytes - now.bytes) ||
    held(folder, '--inodes') * 2 >= Math.max(FREE_FILES, before.files - now.files)
  );
}

/** Endless where there is more than can be counted in a moment. */
function held(folder: string, unit: string): number {
  const { stdout, error } = spawnSync('du', ['--summarize', '--one-file-system', unit, '--', folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: COUNTED_WITHIN_MS,
  });
  return error ? Number.POSITIVE_INFINITY : Number.parseInt(stdout, 10);
}

/** A process may end while it is read. It then holds nothing. */
function readOrGone(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return gone(error, '');
  }
}

function listOrGone(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    return gone(error, []);
  }
}

function gone<T>(error: unknown, nothing: T): T {
  if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return nothing;
  throw error;
}
