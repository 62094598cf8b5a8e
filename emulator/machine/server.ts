import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** The emulator's API for machines, `/_machine/` (docs/design.md). */

const orderSchema = z.object({
  jobId: z.int(),
  runId: z.int(),
  runNumber: z.int(),
  attempt: z.int(),
  repository: z.string(),
  ref: z.string(),
  sha: z.string(),
  event: z.string(),
  actor: z.string(),
  actorId: z.int(),
  triggeringActor: z.string(),
  repositoryId: z.int(),
  repositoryOwnerId: z.int(),
  workflowPath: z.string(),
  workflow: z.string(),
  jobName: z.string(),
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  vars: z.record(z.string(), z.string()),
  defaultBranch: z.string(),
  apiUrl: z.string(),
  serverUrl: z.string(),
  cloneUrl: z.string(),
  /** What GITHUB_EVENT_PATH holds. */
  payload: z.json(),
  token: z.string(),
});

/** One job to execute, with the workflow's text at its commit. */
export type Order = z.infer<typeof orderSchema>;

export interface StepState {
  number: number;
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | 'skipped' | null;
  /** Where in the job's log the step's part begins. */
  logFrom: number | null;
}
export type Conclusion = 'success' | 'failure' | 'cancelled';

/** The server refused; asking again would not help. */
export class ServerError extends Error {
  override name = 'ServerError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export class Server {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = new URL('/_machine/', url).href;
    this.#token = token;
  }

  /** A process of the machine begins. @throws ServerError when another has not ended, or this version is too old */
  async start(version: string): Promise<void> {
    await this.#ask('POST', 'start', JSON.stringify({ version }));
  }

  /** The process ends without a job. */
  async stop(): Promise<void> {
    await this.#ask('POST', 'stop');
  }

  /** The next job for this machine, or null when none came within a second or so, or before the signal. */
  async acquire(signal: AbortSignal): Promise<Order | null> {
    try {
      const response = await this.#ask('POST', 'acquire', undefined, signal);
      return response.status === 204 ? null : orderSchema.parse(await response.json());
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }

  async steps(jobId: number, steps: StepState[]): Promise<void> {
    await this.#ask('POST', `jobs/${jobId}/steps`, JSON.stringify({ steps }));
  }

  async cancelled(jobId: number): Promise<boolean> {
    const response = await this.#ask('GET', `jobs/${jobId}`);
    return z.object({ cancelled: z.boolean() }).parse(await response.json()).cancelled;
  }

  async upload(runId: number, name: string, archive: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#ask('PUT', `runs/${runId}/artifacts/${encodeURIComponent(name)}`, archive);
  }

  async complete(jobId: number, conclusion: Conclusion, log: string): Promise<void> {
    await this.#ask('POST', `jobs/${jobId}/complete`, JSON.stringify({ conclusion, log }));
  }

  /** Tries again while the server cannot be reached or fails, for about half a minute. */
  async #ask(
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
  ): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await fetch(this.#url + path, {
          method,
          body: body ?? null,
          headers: {
            authorization: `Bearer ${this.#token}`,
            'content-type': typeof body === 'string' ? 'application/json' : 'application/zip',
          },
          signal: AbortSignal.any([AbortSignal.timeout(30_000), ...(signal ? [signal] : [])]),
        });
        if (response.ok) return response;
        const text = await response.text();
        const message = `${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`;
        if (response.status < 500) throw new ServerError(response.status, message);
        throw new Error(message);
      } catch (error) {
        if (error instanceof ServerError || signal?.aborted || attempt === 8) throw error;
        await sleep(100 * 2 ** attempt);
      }
    }
  }
}
