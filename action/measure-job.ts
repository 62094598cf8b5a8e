import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as Core from '@actions/core';
import { getOctokit } from '@actions/github';
import type { Phase } from '../core/formats/lending/phase.ts';
import { REPORT_LIMIT_BYTES, type Report } from '../core/formats/report.ts';
import { blankReport, takenBack } from '../runner/blank-report.ts';
import { progressLines } from '../runner/command/progress.ts';
import { refuseToStart } from '../runner/doctor/doctor.ts';
import { planFor } from '../runner/doctor/plan.ts';
import { thisMachine } from '../runner/doctor/this-machine.ts';
import { thisHost } from '../runner/host.ts';
import { phaseWriter } from '../runner/lent/phase.ts';
import { watchYield } from '../runner/lent/yield.ts';
import { measure } from '../runner/run.ts';
import { fetchArchive } from './fetch-archive.ts';
import { fetchBlob } from './fetch-blob.ts';
import { fetchInput } from './fetch-input.ts';
import { type Inputs, readInputs } from './inputs.ts';
import { prepareMachine } from './prepare.ts';
import { withoutCommands } from './step-log.ts';
import { headline, writeSummary } from './summary.ts';

export interface Surroundings {
  core: typeof Core;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  /** The step's log. */
  write: (text: string) => void;
}

/** The whole of the action: inputs, the one file, the machine, the measurement, the report. */
export async function measureJob({ core, env, signal, write }: Surroundings): Promise<void> {
  const inputs = readInputs(core.getInput, env);
  const enter = phaseWriter(env.DESCENT_PHASE || undefined, core.warning);
  enter('setup');
  const lent = env.DESCENT_YIELD ? watchYield(env.DESCENT_YIELD) : null;
  const folder = await mkdtemp(join(inputs.temporary, `scored-${inputs.job.nonce.slice(0, 8)}-`));
  try {
    const around = { core, env, signal, taken: lent?.signal, enter };
    const report = await withoutCommands(write, () => unlessTakenBack(inputs, folder, around));
    const path = await writeReport(report, inputs);
    core.setOutput('report', path);
    core.setOutput('outcome', report.outcome);
    core.setOutput('val-bpb', report.valBpb === null ? '' : String(report.valBpb));
    core.setOutput('scored', report.digests.claims || report.borrowed ? folder : '');
    await writeSummary(core.summary, report).write();
  } finally {
    lent?.close();
    enter('done');
  }
}

interface Around {
  core: typeof Core;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  /** The machine's owner wants it back. */
  taken: AbortSignal | undefined;
  enter: (phase: Phase) => void;
}

/** Whatever the set-up is busy with when the owner comes back, the job ends with a report. */
async function unlessTakenBack(inputs: Inputs, folder: string, around: Around): Promise<Report> {
  const { core, signal, taken } = around;
  const { job, workspace, sandbox } = inputs;
  const either = taken ? AbortSignal.any([signal, taken]) : signal;
  const report = await run(inputs, folder, either, around).catch(async (error) => {
    if (signal.aborted || !taken?.aborted) throw error;
    return takenBack(await blankReport(job, workspace, sandbox), 'setup');
  });
  core.info(`${headline(report)} after ${report.timings.totalSeconds.toFixed(1)} s`);
  return report;
}

/** @param either ends the set-up */
async function run(inputs: Inputs, folder: string, either: AbortSignal, around: Around): Promise<Report> {
  const { job, workspace: repository, sandbox, image, token } = inputs;
  const { core, env, signal, taken, enter } = around;
  const octokit = getOctokit(token);
  const trainPy = await fetchBlob(octokit, job);
  const archive = join(folder, 'archive.zip');
  const isThere = job.rescore && (await fetchArchive(octokit, job, job.rescore, archive, either));
  const handedOver = isThere ? archive : null;
  const input =
    job.borrow?.input &&
    (await fetchInput(job.borrow.input, join(folder, 'input'), job.weightsMiB * 2 ** 20, either));
  const clean = withoutSecrets(env);
  const host = thisHost(clean);
  await prepareMachine(repository, job.dataset, clean, either);
  const plan = planFor(job, { sandbox, repository, cache: host.cache });
  const refusal = await refuseToStart(thisMachine(clean), plan);
  if (refusal !== null) throw new Error(refusal);
  const { show } = progressLines((line) => core.info(line.replace(/\s+$/, '')));
  return measure(job, {
    ...{ trainPy, repository, sandbox, image, host, handOver: folder, handedOver, input },
    ...{ signal, taken, onProgress: show, onPhase: enter },
  });
}

/** The environment for the set-up: no token, and none of the files through which a step speaks to the runner. */
function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(INPUT_|ACTIONS_|GITHUB_)/.test(name)));
}

async function writeReport(report: Report, { temporary, job }: Inputs): Promise<string> {
  const text = JSON.stringify(report);
  if (Buffer.byteLength(text) > REPORT_LIMIT_BYTES)
    throw new Error(`The report has ${Buffer.byteLength(text)} bytes; ${REPORT_LIMIT_BYTES} are allowed.`);
  const folder = await mkdtemp(join(temporary, `report-${job.nonce.slice(0, 8)}-`));
  const path = join(folder, 'report.json');
  await writeFile(path, text);
  return path;
}
