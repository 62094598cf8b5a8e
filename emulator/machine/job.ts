import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Context, condition } from '../expressions.ts';
import type { Command } from './commands.ts';
import {
  expressionContext,
  githubContext,
  inheritedVariables,
  type JobFolders,
  jobFolders,
  type StepResult,
  stepVariables,
} from './contexts.ts';
import { hookStep } from './hook.ts';
import { killOrphans, trackingVariable } from './orphans.ts';
import type { Conclusion, Order, Server, StepState } from './server.ts';
import { evaluated, runStep } from './step.ts';
import { readJob, stepName, type WorkflowStep } from './workflow.ts';

const LOG_LIMIT = 4 * 1024 * 1024;
/** Steps that run although the job was cancelled get this long, as on GitHub. */
const AFTER_CANCEL_MS = 5 * 60_000;

/** What a job reports to a watcher of the machine. */
export type JobEvent =
  | { event: 'step'; number: number; name: string; conclusion: StepResult['conclusion'] | null }
  | { event: 'command'; step: string; command: Command }
  | { event: 'summary'; step: string; text: string };

export interface JobOptions {
  server: Server;
  /** Folder that is made for this job and removed with all that is in it. */
  folder: string;
  machine: string;
  env: NodeJS.ProcessEnv;
  /** Aborted when the job was cancelled: what a step's condition lets run then still runs. */
  cancel: AbortSignal;
  /** Aborted when the machine itself is told to end: no further step runs, whatever its condition, and the job fails. */
  shutdown?: AbortSignal;
  /** The owner's script that runs before the first step. */
  hook?: string | undefined;
  /** Leaves the folder as it is. */
  keep?: boolean;
  tell: (event: JobEvent) => void;
}

/** Executes one job, step by step, and leaves no file of it. */
export async function runJob(
  order: Order,
  options: JobOptions,
): Promise<{ conclusion: Conclusion; log: string }> {
  const log = new JobLog();
  const folders = jobFolders(options.folder, order.repository);
  const tracking = trackingVariable(options.folder);
  try {
    await makeFolders(folders);
    const conclusion = await runSteps(
      order,
      { ...options, env: { ...options.env, ...tracking } },
      folders,
      log,
    );
    return { conclusion, log: log.text };
  } catch (error) {
    log.add(`##[error]${error instanceof Error ? error.message : String(error)}`);
    return { conclusion: 'failure', log: log.text };
  } finally {
    await killOrphans(tracking);
    if (!options.keep) await rm(folders.root, { recursive: true, force: true });
  }
}

async function runSteps(
  order: Order,
  options: JobOptions,
  folders: JobFolders,
  log: JobLog,
): Promise<Conclusion> {
  const { server, cancel, tell } = options;
  const { workflow, env: workflowEnv, job } = readJob(order.workflow, order.jobName);
  const github = githubContext(order, workflow, order.jobName, folders);
  await mkdir(dirname(github.event_path));
  await writeFile(github.event_path, JSON.stringify(github.event));

  const shutdown = options.shutdown ?? new AbortController().signal;
  const steps = options.hook === undefined ? job.steps : [hookStep(options.hook), ...job.steps];
  const ended = AbortSignal.any([cancel, shutdown, AbortSignal.timeout(job['timeout-minutes'] * 60_000)]);
  const results: { [id: string]: StepResult } = {};
  const states: StepState[] = steps.map((step, i) => ({
    number: i + 1,
    name: stepName(step),
    status: 'queued',
    conclusion: null,
    logFrom: null,
  }));
  let failed = false;
  const status = () =>
    shutdown.aborted ? 'failure' : ended.aborted ? 'cancelled' : failed ? 'failure' : 'success';
  const context = (env: { [name: string]: string }): Context =>
    expressionContext({
      github,
      inputs: order.inputs,
      vars: order.vars,
      env,
      steps: results,
      status: status(),
      folders,
    });
  const masks = [order.token];
  let added: { [name: string]: string } = {};
  let path: string[] = [];
  const jobEnv = evaluated({ ...(workflowEnv as { [name: string]: string }), ...job.env }, context({}));

  for (const [i, step] of steps.entries()) {
    const state = states[i]!;
    const isHook = options.hook !== undefined && i === 0; // sees nothing that the workflow sets
    const own = isHook ? {} : { ...jobEnv, ...added };
    const env = { ...own, ...evaluated(step.env, context(own)) };
    if (shutdown.aborted || !condition(step.if, context(env))) {
      finish(state, step, { outputs: {}, outcome: 'skipped', conclusion: 'skipped' });
      continue;
    }
    state.status = 'in_progress';
    state.logFrom = log.text.length;
    tell({ event: 'step', number: state.number, name: state.name, conclusion: null });
    await server.steps(order.jobId, states);
    const inherited = inheritedVariables(options.env);
    const end = await runStep({
      number: state.number,
      step,
      context: context(env),
      env: {
        ...inherited,
        PATH: [...path, inherited.PATH].join(':'),
        ...stepVariables(github, folders, options.machine),
        ...env,
      },
      folders,
      order,
      server,
      signal: stepSignal(step, ended),
      masks,
      log: (line) => log.add(line),
    });
    added = { ...added, ...end.files.env };
    path = [...end.files.path, ...path];
    for (const command of end.commands) tell({ event: 'command', step: state.name, command });
    if (end.files.summary) tell({ event: 'summary', step: state.name, text: end.files.summary });
    const outcome = end.outcome === 'failure' && ended.aborted ? 'cancelled' : end.outcome;
    const forgiven = outcome === 'failure' && step['continue-on-error'];
    if (outcome === 'failure' && !forgiven) failed = true;
    finish(state, step, { outputs: end.files.outputs, outcome, conclusion: forgiven ? 'success' : outcome });
  }
  await server.steps(order.jobId, states);
  return status();

  function finish(state: StepState, step: WorkflowStep, result: StepResult): void {
    state.status = 'completed';
    state.conclusion = result.conclusion;
    if (step.id !== undefined) results[step.id] = result;
    tell({ event: 'step', number: state.number, name: state.name, conclusion: result.conclusion });
  }
}

function stepSignal(step: WorkflowStep, ended: AbortSignal): AbortSignal {
  const own = AbortSignal.timeout((step['timeout-minutes'] ?? 6 * 60) * 60_000);
  if (ended.aborted) return AbortSignal.any([own, AbortSignal.timeout(AFTER_CANCEL_MS)]);
  return AbortSignal.any([own, ended]);
}

/** Readable by all, since a machine run by root measures as an ordinary user. */
async function makeFolders({ root, workspace, temp, tools }: JobFolders): Promise<void> {
  for (const folder of [workspace, temp, tools]) await mkdir(folder, { recursive: true });
  await chmod(root, 0o755);
}

/** The log of all steps, cut when a step floods it. */
class JobLog {
  text = '';

  add(line: string): void {
    if (this.text.length > LOG_LIMIT) return;
    this.text += `${line}\n`;
    if (this.text.length > LOG_LIMIT) this.text += '... the log was cut here\n';
  }
}
