import type { Job } from '../core/formats/job.ts';
import type { Report } from '../core/formats/report.ts';

/** A job and its report, for the tests of this folder. */

export const job: Job = {
  schema: 1,
  nonce: '0123456789abcdef0123456789abcdef',
  repository: 'ada/descent',
  pull: 4,
  head: 'a'.repeat(40),
  blob: 'b'.repeat(40),
  incumbent: null,
  stage: 'explore',
  ordinal: 1,
  seed: 7,
  track: 'cpu',
  dataset: 'pysource',
  device: 'cpu',
  budgetSeconds: 8,
  scoringSeconds: 60,
  validationTokens: 4096,
  probes: 8,
  threads: 1,
  memoryMiB: 4096,
  weightsMiB: 64,
  loadSeconds: 10,
};

export const report: Report = {
  schema: 1,
  job,
  outcome: 'scored',
  reason: null,
  valBpb: 3.25,
  heldoutBpb: null,
  probes: { count: 8, heldout: 0, guided: true, worstNats: 1e-5, meanExcessNats: 0, penaltyBpb: 0 },
  curve: Array.from({ length: 150 }, (_, i) => ({ step: i, seconds: i / 20, loss: 6 - i / 50 })),
  metrics: { 'lr/matrix': 0.04 },
  hardware: { device: 'AMD EPYC', cores: 2, memoryMiB: 8192, driver: null },
  versions: { node: '24.0.0', python: '3.11.2', torch: '2.15.0', cuda: null },
  timings: { setupSeconds: 1, trainSeconds: 8, claimsSeconds: 4, probesSeconds: 4, totalSeconds: 17 },
  digests: { weights: 'c'.repeat(64), harness: 'd'.repeat(64), data: 'e'.repeat(64) },
  weightsBytes: 1000,
  peakMemoryMiB: 512,
  sandbox: 'bubblewrap',
  log: '',
};
