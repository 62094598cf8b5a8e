import { descends, processes } from '../../runner/disturbance/processes.ts';

/** Whether a process is `ancestor`, or was started by it or by one that it started. A process that is gone is not. */
export function startedBy(ancestor: number, pid: number, proc = '/proc'): boolean {
  return descends(pid, ancestor, processes(proc)) === true;
}
