import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { heldoutNonce, type Job } from '../../core/formats/job.ts';
import { emptied, isVoid, type Report } from '../../core/formats/report.ts';

/** The real harness: reports name its digest, and the town's main carries it. */
export const HARNESS = readFileSync(join(import.meta.dirname, '../../train/harness.py'), 'utf8');

/** What a machine that did all it should reports of this job. */
export function reportOf(job: Job, change: Partial<Report> = {}): Report {
  const { valBpb = 1.5 } = change;
  const heldout = heldoutNonce(job);
  const isBoth = heldout !== undefined && valBpb !== null;
  const report: Report = {
    schema: 1,
    job,
    outcome: 'scored',
    reason: null,
    valBpb,
    // Of other rows in each run: never the same twice.
    heldoutBpb: isBoth ? valBpb + Number.parseInt(heldout.slice(0, 8), 16) / 2 ** 40 : null,
    probes: {
      count: job.probes,
      heldout: isBoth ? job.probes : 0,
      ...(isBoth && { heldoutPenaltyBpb: 0 }),
      guided: job.rescore === undefined,
      worstNats: 0.0001,
      meanExcessNats: 0,
      penaltyBpb: 0,
    },
    curve: [
      { step: 0, seconds: 1, loss: 5.5 },
      { step: 10, seconds: 2, loss: 4.2 },
    ],
    metrics: {},
    hardware: { device: 'a processor', cores: 2, memoryMiB: 8000, driver: null },
    versions: { node: '24', python: job.python ?? '3.12', torch: '2.11', cuda: null },
    timings: { setupSeconds: 1, trainSeconds: 59, claimsSeconds: 2, probesSeconds: 1, totalSeconds: 63 },
    digests: {
      weights: job.rescore?.weights.sha256 ?? createHash('sha256').update(job.nonce).digest('hex'),
      ...(job.handOver && { claims: '4'.repeat(64) }),
      harness: createHash('sha256').update(HARNESS).digest('hex'),
      data: '3'.repeat(64),
    },
    ...(job.handOver && { claimsBytes: isBoth ? 8000 : 2000 }),
    weightsBytes: 1000,
    peakMemoryMiB: 300,
    sandbox: 'bubblewrap',
    log: '',
    ...change,
  };
  return isVoid(report.outcome) ? emptied(report) : report;
}
