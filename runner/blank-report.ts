import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Job } from '../core/formats/job.ts';
import type { Phase } from '../core/formats/lending/phase.ts';
import { emptied, type Report } from '../core/formats/report.ts';
import type { SandboxKind } from './sandbox/sandbox.ts';

/** The referee's own program inside the sandbox. @param repository root of the trusted checkout */
export function harnessOf(repository: string): string {
  return join(repository, 'train', 'harness.py');
}

/** The report of a run that has only begun: what is not known yet is null, nothing or unknown. */
export async function blankReport(job: Job, repository: string, sandbox: SandboxKind): Promise<Report> {
  const harness = createHash('sha256').update(await readFile(harnessOf(repository)));
  return {
    schema: 1,
    job,
    outcome: 'scored',
    reason: null,
    valBpb: null,
    heldoutBpb: null,
    probes: null,
    curve: [],
    metrics: {},
    hardware: { device: 'unknown', cores: availableParallelism(), memoryMiB: 0, driver: null },
    versions: { node: process.version, python: null, torch: null, cuda: null },
    timings: { setupSeconds: 0, trainSeconds: 0, claimsSeconds: 0, probesSeconds: 0, totalSeconds: 0 },
    digests: { weights: null, harness: harness.digest('hex'), data: null },
    weightsBytes: null,
    peakMemoryMiB: null,
    sandbox,
    log: '',
  };
}

/** The same run, ended because the machine's owner wants it back. */
export function takenBack(report: Report, phase: Phase): Report {
  return emptied({ ...report, outcome: 'preempted', reason: { code: 'taken-back', phase } });
}
