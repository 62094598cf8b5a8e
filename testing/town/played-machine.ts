import { type Conclusion, Server } from '@descent-swarm/github-emulator/machine/server.ts';
import { strToU8, zipSync } from 'fflate';
import { type Job, jobSchema } from '../../core/formats/job.ts';
import type { Report } from '../../core/formats/report.ts';

/** A job a machine has taken. */
export interface Taken {
  jobId: number;
  runId: number;
  job: Job;
  token: string;
  machine: string;
}

/** A machine that trains nothing: the test says what it hands in. */
export class PlayedMachine {
  readonly #url: string;
  readonly #name: string;
  readonly #token: string;

  constructor(url: string, { name, token }: { name: string; token: string }) {
    this.#url = url;
    this.#name = name;
    this.#token = token;
  }

  /** The next job; null when none came within a second or so. */
  async take(): Promise<Taken | null> {
    const order = await new Server(this.#url, this.#token).acquire(new AbortController().signal);
    if (!order) return null;
    const { jobId, runId, inputs } = order;
    const job = jobSchema.parse(JSON.parse(String(inputs.job)));
    return { jobId, runId, job, token: this.#token, machine: this.#name };
  }
}

export function upload(url: string, { runId, token }: Taken, archive: Uint8Array, name = 'report') {
  return new Server(url, token).upload(runId, name, Uint8Array.from(archive));
}

export function complete(url: string, { jobId, token }: Taken, conclusion: Conclusion = 'success') {
  return new Server(url, token).complete(jobId, conclusion, '');
}

/** The archive in which a report arrives. */
export function zipOf(report: Report | string): Uint8Array {
  return zipSync({ 'report.json': strToU8(typeof report === 'string' ? report : JSON.stringify(report)) });
}

/** What a job hands over beside its report: for a machine that scores it once more. */
export function handedOver(): Uint8Array {
  return zipSync({ 'weights.bin': strToU8('w') });
}
