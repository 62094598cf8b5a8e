import { zipSync } from 'fflate';
import type { Job, WorkflowRun } from '../model.ts';

/** The logs of a run as GitHub packs them: one file per job, and one per step in a folder with the job's name. */
export function runLogs(run: WorkflowRun): Uint8Array<ArrayBuffer> {
  const files: { [path: string]: Uint8Array } = {};
  for (const [index, job] of run.jobs.entries()) {
    if (job.log === '') continue;
    const name = plain(job.name);
    files[`${index}_${name}.txt`] = Buffer.from(job.log);
    for (const { number, name: step, text } of stepLogs(job))
      files[`${name}/${number}_${plain(step)}.txt`] = Buffer.from(text);
  }
  return Uint8Array.from(zipSync(files));
}

/** Each step's part of the log, which reaches to where the next one's begins. */
function stepLogs(job: Job): { number: number; name: string; text: string }[] {
  const begun = job.steps.filter((step) => step.logFrom !== null);
  return begun.map(({ number, name, logFrom }, index) => ({
    number,
    name,
    text: job.log.slice(logFrom!, begun[index + 1]?.logFrom ?? undefined),
  }));
}

function plain(name: string): string {
  return name.replace(/[/:*?"<>|\\]/g, '').slice(0, 90);
}
