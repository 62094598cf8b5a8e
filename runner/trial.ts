import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../core/formats/job.ts';
import type { WorkFolder } from './folder.ts';
import type { Host } from './host.ts';
import { LogTail } from './log-tail.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { supervise } from './supervise.ts';

const TRIAL = 'runner/sandbox/trial.py';
/** Includes compiling on a cold machine. */
const TRIAL_SECONDS = 120;
const FILE_BYTES = 2 ** 30;

/** Where a trial runs, and for which job. */
export interface Place {
  job: Job;
  /** Root of the trusted checkout. */
  repository: string;
  folder: WorkFolder;
  sandbox: Sandbox;
  host: Host;
  signal: AbortSignal | undefined;
}

/** The trial in a sandbox like the job's. @returns what it says when it fails */
export async function faultTried({
  job,
  repository,
  folder,
  sandbox,
  signal,
}: Place): Promise<string | null> {
  const trial = await folder.place('trial.py', await readFile(join(repository, TRIAL)));
  const scratch = await folder.scratch('trial');
  try {
    const child = await sandbox.start({
      args: [trial, job.device],
      readable: [trial],
      scratch,
      device: job.device,
      memoryMiB: job.memoryMiB,
      fileBytes: FILE_BYTES,
      threads: job.threads,
      signal,
      cpuSeconds: TRIAL_SECONDS * (job.threads ?? 256),
    });
    const bounds = { seconds: TRIAL_SECONDS, memoryMiB: job.memoryMiB, scratch, signal };
    const supervision = supervise(child, bounds);
    const log = new LogTail();
    log.follow(child.log);
    child.answers.resume();
    child.orders.end();
    const ending = await supervision.ended;
    if (ending.by === 'itself' && ending.status === 0) return null;
    const said = log.text().trim().split('\n').at(-1) || 'it said nothing';
    const how = ending.by === 'itself' ? `status ${ending.status}` : `stopped by the ${ending.by}`;
    return `the referee's own trial on ${job.device} fails (${how}): ${said}`;
  } finally {
    await folder.discard(scratch);
  }
}
