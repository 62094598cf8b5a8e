import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Whose a process of this machine is. Nothing that a stranger can do to its own processes makes one of them look like another's. */

/** Number of the machine's first process namespace (linux/proc_ns.h): there the driver's process numbers are ours. */
const FIRST_NAMESPACE = 'pid:[4026531836]';
/** A kernel thread (linux/sched.h, PF_KTHREAD): it works for whoever made it work, a stranger too. */
const KERNEL_THREAD = 0x00200000;
/** Longer than any chain of parents that a sandbox may have. */
const GENERATIONS = 10_000;

/** Whether process numbers that the driver reports are those that we see. */
export function seesWholeMachine(proc = '/proc'): boolean {
  try {
    return readlinkSync(`${proc}/self/ns/pid`) === FIRST_NAMESPACE;
  } catch {
    return false;
  }
}

export interface Process {
  parent: number;
  /** Processor seconds of itself and of its children that ended, in the kernel's ticks. */
  ticks: number;
  isKernel: boolean;
}

/** All processes there are. */
export function processes(proc = '/proc'): Map<number, Process> {
  const all = new Map<number, Process>();
  for (const name of readdirSync(proc)) {
    const found = /^\d+$/.test(name) ? processOf(Number(name), proc) : null;
    if (found) all.set(Number(name), found);
  }
  return all;
}

function processOf(pid: number, proc: string): Process | null {
  let text: string;
  try {
    text = readFileSync(`${proc}/${pid}/stat`, 'latin1');
  } catch {
    return null; // it ended
  }
  // The second field is the program's name in brackets, which may hold anything; the rest are numbers.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent, flags, times] = [fields[1] ?? 0, fields[6] ?? 0, fields.slice(11, 15)];
  return { parent, ticks: times.reduce((sum, one) => sum + one, 0), isKernel: (flags & KERNEL_THREAD) !== 0 };
}

/**
 * Whether the process descends from another. Null when that is not known: a parent ended while we read, as a stranger's may do
 * on purpose.
 */
export function descends(pid: number, from: number, all: ReadonlyMap<number, Process>): boolean | null {
  let at = pid;
  for (let generation = 0; generation < GENERATIONS; generation++) {
    if (at === from) return true;
    if (at === 0) return false;
    const parent = all.get(at)?.parent;
    if (parent === undefined) return null;
    at = parent;
  }
  return null;
}
