import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type JobEvent, runJob } from './job.ts';
import { type Conclusion, type Order, type Server, ServerError } from './server.ts';

const CANCEL_POLL_MS = 500;

export type MachineEvent =
  | { event: 'ready' }
  | { event: 'job'; job: number; run: number; repository: string; name: string }
  | ({ job: number } & JobEvent)
  | { event: 'completed'; job: number; conclusion: Conclusion }
  /** The server no longer accepts the end of this job. */
  | { event: 'refused'; job: number; reason: string };

interface MachineOptions {
  server: Server;
  name: string;
  /** Folder for the jobs' folders; the system's temporary one otherwise. */
  work: string | undefined;
  env: NodeJS.ProcessEnv;
  /** Aborted to stop the machine; a job in progress ends as cancelled. */
  stop: AbortSignal;
  tell: (event: MachineEvent) => void;
}

/** A self-hosted runner that takes one job after the other until it is stopped. */
export async function runMachine(options: MachineOptions): Promise<void> {
  const { server, stop, tell } = options;
  tell({ event: 'ready' });
  while (!stop.aborted) {
    const order = await server.acquire(stop);
    if (order) await takeJob(order, options);
  }
}

async function takeJob(order: Order, { server, name, work, env, stop, tell }: MachineOptions): Promise<void> {
  const { jobId, runId, repository, jobName } = order;
  tell({ event: 'job', job: jobId, run: runId, repository, name: jobName });
  const { conclusion, log } = await untilCancelled(server, jobId, (cancelled) =>
    runJob(order, {
      server,
      folder: join(work ?? tmpdir(), `descent-machine-${randomUUID()}`),
      machine: name,
      env,
      cancel: AbortSignal.any([stop, cancelled]),
      tell: (event) => tell({ job: jobId, ...event }),
    }),
  );
  try {
    await server.complete(jobId, conclusion, log);
    tell({ event: 'completed', job: jobId, conclusion });
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    tell({ event: 'refused', job: jobId, reason: error.message });
  }
}

/** @param run works on a job, until the signal tells that its run was cancelled, or that the server does not answer for it any more */
export async function untilCancelled<T>(
  server: Server,
  jobId: number,
  run: (cancelled: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const cancelled = new AbortController();
  const watching = watchCancellation(server, jobId, cancelled, over.signal).catch(
    (error: unknown) => cancelled.abort(error), // a machine that has lost its server, or its job, stops working for it
  );
  const end = await run(cancelled.signal);
  over.abort();
  await watching;
  return end;
}

/** Asks regularly whether the run was cancelled. */
async function watchCancellation(
  server: Server,
  jobId: number,
  cancelled: AbortController,
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted) {
    if (await server.cancelled(jobId)) return cancelled.abort();
    await sleep(CANCEL_POLL_MS, undefined, { signal: over }).catch(() => {}); // the job is over: stop asking
  }
}
