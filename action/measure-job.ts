import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as Core from '@actions/core';
import { getOctokit } from '@actions/github';
import { REPORT_LIMIT_BYTES, type Report } from '../core/formats/report.ts';
import { progressLines } from '../runner/command/progress.ts';
import { refuseToStart } from '../runner/doctor/doctor.ts';
import { planFor } from '../runner/doctor/plan.ts';
import { thisMachine } from '../runner/doctor/this-machine.ts';
import { thisHost } from '../runner/host.ts';
import { measure } from '../runner/run.ts';
import { fetchArchive } from './fetch-archive.ts';
import { fetchBlob } from './fetch-blob.ts';
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
  const octokit = getOctokit(inputs.token);
  const trainPy = await fetchBlob(octokit, inputs.job);
  const folder = await mkdtemp(join(inputs.temporary, `scored-${inputs.job.nonce.slice(0, 8)}-`));
  const handedOver = join(folder, 'archive.zip');
  if (inputs.job.rescore) await fetchArchive(octokit, inputs.job, inputs.job.rescore, handedOver, signal);
  const report = await withoutCommands(write, () =>
    run(inputs, trainPy, { handOver: folder, handedOver }, { core, env, signal, write }),
  );
  const path = await writeReport(report, inputs);
  core.setOutput('report', path);
  core.setOutput('outcome', report.outcome);
  core.setOutput('val-bpb', report.valBpb === null ? '' : String(report.valBpb));
  core.setOutput('scored', report.digests.claims ? folder : '');
  await writeSummary(core.summary, report).write();
}

async function run(
  inputs: Inputs,
  trainPy: Uint8Array,
  scored: { handOver: string; handedOver: string },
  { core, env, signal }: Surroundings,
): Promise<Report> {
  const { job, workspace: repository, sandbox, image } = inputs;
  const clean = withoutSecrets(env);
  const host = thisHost(clean);
  await prepareMachine(repository, job.dataset, clean, signal);
  const plan = planFor(job, { sandbox, repository, cache: host.cache });
  const refusal = await refuseToStart(thisMachine(clean), plan);
  if (refusal !== null) throw new Error(refusal);
  const { show } = progressLines((line) => core.info(line.replace(/\s+$/, '')));
  const options = { trainPy, repository, sandbox, image, host, signal, onProgress: show, ...scored };
  const report = await measure(job, options);
  core.info(`${headline(report)} after ${report.timings.totalSeconds.toFixed(1)} s`);
  return report;
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
