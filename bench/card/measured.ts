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
  /** Of the claims what came before the first answer: a fresh sandbox, imports, loading, compiling. */
  claimsStartSeconds: number | null;
  /** The same of the probes. */
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
  const seen = { claims: { first: 0, last: 0 }, probes: { first: 0, last: 0 } };
  let importSeconds: number | null = null;
  const onProgress = (progress: Progress) => {
    if (progress.stage === 'train') importSeconds ??= progress.seconds;
    if (progress.stage !== 'claims' && progress.stage !== 'probes') return;
    const stage = seen[progress.stage];
    stage.first ||= host.now();
    stage.last = host.now();
  };
  const report = await measure(job, { trainPy, repository, sandbox: 'bubblewrap', host, onProgress });
  const steps = report.curve;
  const startOf = ({ first, last }: { first: number; last: number }, whole: number) =>
    first === 0 ? null : whole - (last - first) / 1000;
  return {
    job,
    report,
    importSeconds,
    firstStepSeconds: steps[0]?.seconds ?? null,
    lastStepSeconds: steps.at(-1)?.seconds ?? null,
    claimsStartSeconds: startOf(seen.claims, report.timings.claimsSeconds),
    probesStartSeconds: startOf(seen.probes, report.timings.probesSeconds),
  };
}

/** Share of the budget that is spent in steps after the first. */
export function trainShare({ job, firstStepSeconds, lastStepSeconds }: Run): number | null {
  if (firstStepSeconds === null || lastStepSeconds === null) return null;
  return (lastStepSeconds - firstStepSeconds) / job.budgetSeconds;
}
