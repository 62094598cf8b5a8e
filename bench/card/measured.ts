import type { Job } from '../../core/formats/job.ts';
import type { Report } from '../../core/formats/report.ts';
import type { Host } from '../../runner/host.ts';
import { localJob } from '../../runner/local-job.ts';
import { measure, type Progress } from '../../runner/run.ts';
import type { Measured } from './files.ts';

/** One run by the real runner, and when what happened. */
export interface Run {
  job: Job;
  report: Report;
  /** From the interpreter's start to `train(task)`: PyTorch and the file are imported. */
  importSeconds: number | null;
  /** From the interpreter's start to the end of the first step, which compiles. */
  firstStepSeconds: number | null;
  /** From the interpreter's start to the end of the last step. */
  lastStepSeconds: number | null;
  /** From the end of training to the first claims: a fresh sandbox, imports, loading, compiling. */
  claimsStartSeconds: number | null;
  /** The same from the end of the claims to the first probes. */
  probesStartSeconds: number | null;
}

interface Asked {
  track: string;
  budgetSeconds: number;
  seed: number;
  probes: number | null;
}

/** Measures a file as the bot would on the track, but on this machine, whatever it is. */
export async function runOnce(
  repository: string,
  { trainPy }: Measured,
  { track, budgetSeconds, seed, probes }: Asked,
  host: Host,
): Promise<Run> {
  const asked = await localJob(repository, trainPy, { track, budgetSeconds, seed, device: null });
  const { python: _, hardware: __, ...job } = { ...asked, probes: probes ?? asked.probes };
  const began = { train: 0, claims: 0, probes: 0 };
  const first = { claims: 0, probes: 0 };
  const last = { claims: 0 };
  let importSeconds: number | null = null;
  let trained = 0;
  const onProgress = (progress: Progress) => {
    const at = host.now();
    if (progress.stage === 'train') {
      importSeconds ??= progress.seconds;
      began.train ||= at - progress.seconds * 1000;
      trained = at;
    }
    if (progress.stage === 'claims' || progress.stage === 'probes') first[progress.stage] ||= at;
    if (progress.stage === 'claims') last.claims = at;
  };
  const report = await measure(job, { trainPy, repository, sandbox: 'bubblewrap', host, onProgress });
  const steps = report.curve;
  const closed = began.train + report.timings.trainSeconds * 1000;
  return {
    job,
    report,
    importSeconds,
    firstStepSeconds: steps[0]?.seconds ?? null,
    lastStepSeconds: steps.at(-1)?.seconds ?? null,
    claimsStartSeconds: first.claims && trained ? (first.claims - closed) / 1000 : null,
    probesStartSeconds: first.probes ? (first.probes - last.claims) / 1000 : null,
  };
}

/** Share of the budget that is spent in steps after the first. */
export function trainShare({ job, firstStepSeconds, lastStepSeconds }: Run): number | null {
  if (firstStepSeconds === null || lastStepSeconds === null) return null;
  return (lastStepSeconds - firstStepSeconds) / job.budgetSeconds;
}
