import { execFileSync } from 'node:child_process';
import { openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The processes of this machine. Linux tells all that is asked here; elsewhere `ps` tells parents alone. */

export interface Process {
  pid: number;
  /** When it started, in the kernel's own count: a number that is used again has another start. Empty where that is unknown. */
  started: string;
  parent: number;
  session: number;
}

/** All that are alive. One that has ended and waits for its parent holds nothing any more. */
export function listProcesses(): Process[] {
  if (process.platform !== 'linux') return byPs();
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? byProc(name) : []));
}

/** When a process started; null when there is none of this number. */
export function startOf(pid: number): string | null {
  if (process.platform !== 'linux') return byPs().find((one) => one.pid === pid)?.started ?? null;
  return statOf(String(pid))?.[19] ?? null;
}

/** Whether one of its variables is exactly this one. False where that is not for us to see. */
export function hasVariable(pid: number, name: string, value: string): boolean {
  return read(`/proc/${pid}/environ`).split('\0').includes(`${name}=${value}`);
}

/** What a process sees as its files: equal words, equal files. Null where that is not for us to see. */
export function filesSeenBy(pid: number | 'self'): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return null; // gone, another user's, or another system
  }
}

/** The same, held: until the file is closed, no others get this name, though all that see them have ended. Null as above. */
export function holdFiles(pid: number): { name: string; held: number } | null {
  try {
    const held = openSync(`/proc/${pid}/ns/mnt`, 'r');
    return { name: readlinkSync(`/proc/self/fd/${held}`), held };
  } catch {
    return null; // gone meanwhile
  }
}

function byProc(pid: string): Process[] {
  const stat = statOf(pid);
  if (stat === null || stat[0] === 'Z' || stat[0] === 'X') return [];
  const [, parent, , session] = stat;
  return [
    {
      pid: Number(pid),
      started: stat[19] ?? '',
      parent: Number(parent),
      session: Number(session),
    },
  ];
}

/** The words after the program's name, which may hold anything. */
function statOf(pid: string): string[] | null {
  const stat = read(`/proc/${pid}/stat`);
  return stat === '' ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Whether it lives in another process namespace than we do, as all of a sandbox does. */
export function isInside(pid: number): boolean {
  return depthOf(pid) > depthOf('self');
}

/** In how many process namespaces it has a number. */
function depthOf(pid: number | 'self'): number {
  const numbers = /^NSpid:(.*)$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? '';
  return numbers.trim().split(/\s+/).length;
}

/** Empty for a process that ended meanwhile, or that is not for us to see. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function byPs(): Process[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,lstart='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, started = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined) return [];
    return [{ pid: Number(pid), parent: Number(parent), started, session: 0 }];
  });
}
