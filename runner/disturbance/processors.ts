import { readFileSync } from 'node:fs';
import { descends, type Process, processes } from './processes.ts';

/** Counters of this machine's processors at one moment, in the kernel's ticks. */
export interface ProcessorLook {
  /** Of programs that are not ours. */
  others: number;
  /** What a virtual machine wanted and its host gave to others, on all processors. */
  steal: number;
  /** Time that passed on all processors together. */
  all: number;
}

/** Null where the kernel does not say. @param own our own process: whatever descends from it is ours */
export function lookAtProcessors(own = process.pid, proc = '/proc'): ProcessorLook | null {
  try {
    const [, ...fields] = readFileSync(`${proc}/stat`, 'latin1')
      .split('\n')[0]!
      .trim()
      .split(/\s+/)
      .map(Number);
    // Time of guests is part of user time.
    const all = fields.slice(0, 8).reduce((sum, one) => sum + one, 0);
    const others = othersOf(processes(proc), own);
    return Number.isFinite(all) ? { others, steal: fields[7] ?? 0, all } : null;
  } catch {
    return null;
  }
}

/** A process whose parents are not known is counted for nobody: it may be a stranger's. */
function othersOf(all: ReadonlyMap<number, Process>, own: number): number {
  let ticks = 0;
  for (const [pid, process] of all)
    if (!process.isKernel && descends(pid, own, all) === false) ticks += process.ticks;
  return ticks;
}

/**
 * Share of the processors that a job may use which others took between two looks. Others may use the processors that the job does
 * not need, so that this is the least that they took.
 * @param cores of the machine @param threads that the job may use
 */
export function shareTaken(
  from: ProcessorLook,
  to: ProcessorLook,
  { cores, threads }: { cores: number; threads: number },
): number | null {
  const passed = to.all - from.all;
  if (passed <= 0) return null;
  // Ended programs that nobody waited for make the sum smaller.
  const others = Math.max(0, to.others - from.others) / (passed / cores);
  const stolen = Math.max(0, to.steal - from.steal) / passed;
  return Math.min(1, Math.max(0, others - (cores - threads)) / threads + stolen);
}
