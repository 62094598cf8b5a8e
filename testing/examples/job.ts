import type { Job } from '../../core/formats/job.ts';
import { BLOB, HEAD, MAIN_BLOB } from './names.ts';

/** A job as the bot sends it: the first run of pull request 41. */
export function jobOf(change: Partial<Job> = {}): Job {
  return {
    schema: 1,
    nonce: `${'0'.repeat(31)}1`,
    repository: 'descent/descent',
    pull: 41,
    head: HEAD,
    blob: BLOB,
    incumbent: MAIN_BLOB,
    stage: 'explore',
    ordinal: 1,
    seed: 7,
    track: 'cpu',
    dataset: 'pysource',
    device: 'cpu',
    budgetSeconds: 60,
    scoringSeconds: 120,
    validationTokens: 1000,
    probes: 10,
    threads: 1,
    memoryMiB: 4096,
    weightsMiB: 64,
    loadSeconds: 10,
    ...change,
  };
}
