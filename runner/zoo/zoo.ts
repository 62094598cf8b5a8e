import { chmod, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../../core/formats/job.ts';
import { sayReason } from '../../core/formats/reason.ts';
import type { Report } from '../../core/formats/report.ts';
import { gitBlob } from '../../core/git-blob.ts';
import type { Host } from '../host.ts';
import { measure } from '../run.ts';
import { HONEST, readMember } from './member.ts';

/** The animals measured for real: refused as the header says, or given the true loss. */

export interface Sighting {
  name: string;
  expected: string;
  actual: string;
  ok: boolean;
  reason: string | null;
}

/** A loss is the true one when it is as near to the honest model's as two runs of it are. */
const SAME_BPB = 1e-3;

export interface Zoo {
  honest: Report;
  visit(name: string): Promise<Sighting>;
  close(): Promise<void>;
}

/** Measures the honest member, the incumbent of the zoo; its claims guide the probes of the others. */
export async function openZoo(repository: string, host: Host, signal?: AbortSignal): Promise<Zoo> {
  const cache = await mkdtemp(join(host.temporary, 'descent-zoo-'));
  await chmod(cache, 0o711); // the sandbox's user passes through to the data
  // All of the machine's cache, for the look at the machine when a job fails, but reference claims of its own.
  for (const name of await readdir(host.cache))
    if (name !== 'reference') await symlink(join(host.cache, name), join(cache, name));
  const { trainPy } = await readMember(HONEST, cache);
  const incumbent = gitBlob(trainPy);
  const run = (content: Buffer, change: Partial<Job>) =>
    measure(zooJob({ blob: gitBlob(content), incumbent, ...change }), {
      trainPy: content,
      repository,
      sandbox: 'bubblewrap',
      host: { ...host, cache },
      signal,
    });
  const close = () => rm(cache, { recursive: true });
  const honest = await run(trainPy, { stage: 'baseline' }).catch(async (error) => {
    await close();
    throw error;
  });
  return {
    honest,
    async visit(name) {
      const { expected, jobs, job, trainPy } = await readMember(name, cache);
      for (let earlier = 1; earlier < jobs; earlier++) await run(trainPy, job);
      const report = await run(trainPy, job);
      const actual = say(report, honest);
      return {
        name,
        expected: expected.join(' or '),
        actual,
        ok: expected.includes(actual),
        reason: report.reason && sayReason(report.reason),
      };
    },
    close,
  };
}

function say(report: Report, honest: Report): string {
  if (report.valBpb === null || honest.valBpb === null) return report.outcome;
  const gain = honest.valBpb - report.valBpb;
  return Math.abs(gain) <= SAME_BPB ? 'true loss' : `false loss, ${gain.toFixed(4)} better`;
}

export function zooJob(change: Partial<Job>): Job {
  return {
    schema: 1,
    nonce: '0'.repeat(32),
    repository: 'zoo/zoo',
    pull: null,
    head: '0'.repeat(40),
    blob: '0'.repeat(40),
    incumbent: null,
    stage: 'explore',
    ordinal: 1,
    seed: 1,
    track: 'zoo',
    dataset: 'pysource',
    device: 'cpu',
    budgetSeconds: 15,
    scoringSeconds: 30,
    validationTokens: 256 * 256,
    probes: 200,
    threads: 1,
    memoryMiB: 4096,
    weightsMiB: 64,
    loadSeconds: 10,
    ...change,
  };
}
