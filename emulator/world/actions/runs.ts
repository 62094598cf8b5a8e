import type { Context, Value } from '../../expressions.ts';
import type { Actor, Conclusion, Job, Machine, Repository, WorkflowRun } from '../model.ts';
import { accountOf, need } from '../permissions.ts';
import { invalid, notFound, RefusedError } from '../refused.ts';
import { fullName, type World } from '../world.ts';
import { variableValues } from './variables.ts';
import { dispatchInputs, plannedJobs, readWorkflow, runTitle, workflowName } from './workflow-file.ts';

/** Workflow runs and their jobs: dispatched, begun, ended, cancelled. Who executes them is in `machines.ts`. */

const FOLDER = '.github/workflows/';

/** The workflow files on a commit, with the ids GitHub would call them by. */
export async function workflowsAt(world: World, repository: Repository, sha: string) {
  const commit = await repository.git.store.commit(sha);
  const folder = commit && (await repository.git.store.entryAt(commit.tree, FOLDER));
  const entries = folder?.type === 'tree' ? await repository.git.store.tree(folder.sha) : [];
  const found = (entries ?? [])
    .filter((entry) => /\.ya?ml$/.test(entry.name))
    .map(async (entry) => {
      const path = FOLDER + entry.name;
      const id = repository.workflows.get(path) ?? world.id();
      repository.workflows.set(path, id);
      const text = (await repository.git.store.blob(entry.sha))?.toString('utf8') ?? '';
      return { id, path, file: entry.name, sha: entry.sha, name: workflowName(text) ?? path };
    });
  return Promise.all(found);
}

/** By numeric id or file name, as it is on the default branch. */
export async function findWorkflow(world: World, repository: Repository, name: string) {
  const tip = await repository.git.resolve(`refs/heads/${repository.defaultBranch}`);
  const all = tip ? await workflowsAt(world, repository, tip) : [];
  const found = all.find((w) => w.file === name || w.path === name || String(w.id) === name);
  if (!found) throw notFound();
  return found;
}

export async function dispatch(
  world: World,
  actor: Actor,
  repository: Repository,
  workflow: string,
  ref: string,
  given: { [name: string]: unknown },
): Promise<WorkflowRun> {
  const sender = accountOf(need(actor, repository, 'actions', 'write'));
  if (!repository.actions.enabled)
    throw new RefusedError(403, 'Actions has been disabled for this repository.');
  const { id: workflowId, path } = await findWorkflow(world, repository, workflow);
  const full = ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
  const sha =
    (await repository.git.refs()).get(full) ?? (await repository.git.refs()).get(`refs/tags/${ref}`);
  if (!sha) throw invalid(`No ref found for: ${ref}`);
  const commit = await repository.git.store.commit(sha);
  const entry = commit && (await repository.git.store.entryAt(commit.tree, path));
  const text = entry && (await repository.git.store.blob(entry.sha))?.toString('utf8');
  if (!text) throw invalid(`Workflow ${path} does not exist on ${ref}`);
  const file = readWorkflow(text, path);
  const inputs = dispatchInputs(file, given);
  const id = world.id();
  const run: WorkflowRun = {
    id,
    number: [...world.runs.values()].filter((r) => r.workflowId === workflowId).length + 1,
    attempt: 1,
    repository,
    workflowId,
    path,
    name: file.name ?? path,
    title: '',
    event: 'workflow_dispatch',
    ref: full,
    branch: full.replace(/^refs\/(heads|tags)\//, ''),
    sha,
    actor: sender,
    triggeredBy: sender,
    inputs,
    workflow: text,
    status: 'queued',
    conclusion: null,
    jobs: [],
    formerJobs: [],
    artifacts: [],
    createdAt: world.time(),
    startedAt: world.time(),
    updatedAt: world.time(),
  };
  run.title = runTitle(file, expressionContext(run)) || run.name;
  world.runs.set(run.id, run);
  await startAttempt(world, run);
  return run;
}

/** A run that has ended begins again, at the same commit with the same inputs. Who asks is not its actor. */
export async function rerun(world: World, actor: Actor, run: WorkflowRun): Promise<void> {
  const sender = accountOf(need(actor, run.repository, 'actions', 'write'));
  if (run.status !== 'completed') throw new RefusedError(403, 'This workflow is already running');
  run.attempt += 1;
  run.triggeredBy = sender;
  run.formerJobs.push(...run.jobs);
  Object.assign(run, {
    status: 'queued',
    conclusion: null,
    startedAt: world.time(),
    updatedAt: world.time(),
  });
  await startAttempt(world, run);
}

async function startAttempt(world: World, run: WorkflowRun): Promise<void> {
  const file = readWorkflow(run.workflow, run.path);
  run.jobs = plannedJobs(file, expressionContext(run)).map(({ skipped, ...plan }) => ({
    ...plan,
    id: world.id(),
    run,
    attempt: run.attempt,
    status: skipped ? 'completed' : plan.needs.length > 0 ? 'waiting' : 'queued',
    conclusion: skipped ? 'skipped' : null,
    cancelRequestedAt: null,
    machine: null,
    steps: [],
    log: '',
    createdAt: world.time(),
    startedAt: null,
    completedAt: null,
  }));
  for (const job of run.jobs) world.jobs.set(job.id, job);
  await announceRun(world, run, 'requested');
  for (const job of run.jobs.filter((j) => j.status === 'queued')) await announceJob(world, job, 'queued');
  await settleRun(world, run);
}

function expressionContext(run: WorkflowRun): Context {
  const github: Value = {
    actor: run.actor.login,
    event_name: run.event,
    event: { inputs: run.inputs },
    ref: run.ref,
    ref_name: run.branch,
    repository: fullName(run.repository),
    repository_owner: run.repository.owner.login,
    run_id: String(run.id),
    run_number: String(run.number),
    sha: run.sha,
    workflow: run.name,
  };
  return { values: { github, inputs: run.inputs, vars: variableValues(run.repository) } };
}

export async function beginJob(world: World, job: Job): Promise<void> {
  job.status = 'in_progress';
  job.startedAt = world.time();
  const first = job.run.status === 'queued';
  job.run.status = 'in_progress';
  job.run.updatedAt = world.time();
  await announceJob(world, job, 'in_progress');
  if (first) await announceRun(world, job.run, 'in_progress');
}

export async function endJob(world: World, job: Job, conclusion: Conclusion): Promise<void> {
  if (job.status === 'completed') return;
  job.status = 'completed';
  job.conclusion = conclusion;
  job.startedAt ??= world.time();
  job.completedAt = world.time();
  if (job.machine) {
    job.machine.job = null;
    if (job.machine.once) forgetMachine(world, job.machine);
  }
  await announceJob(world, job, 'completed');
  await settleRun(world, job.run);
}

/** Jobs whose needs have ended are queued or skipped; when nothing is left the run ends. */
async function settleRun(world: World, run: WorkflowRun): Promise<void> {
  const ended = (key: string) => run.jobs.find((j) => j.key === key)?.conclusion ?? null;
  for (const job of run.jobs.filter((j) => j.status === 'waiting')) {
    const needs = job.needs.map(ended);
    if (needs.some((conclusion) => conclusion === null)) continue;
    if (needs.every((conclusion) => conclusion === 'success')) {
      job.status = 'queued';
      await announceJob(world, job, 'queued');
    } else await endJob(world, job, 'skipped');
  }
  if (run.status === 'completed' || run.jobs.some((job) => job.status !== 'completed')) return;
  const outcomes = run.jobs.map((job) => job.conclusion);
  const worst = (['failure', 'timed_out', 'cancelled'] as const).find((bad) => outcomes.includes(bad));
  run.status = 'completed';
  run.conclusion =
    worst === 'timed_out' ? 'failure' : (worst ?? (outcomes.includes('success') ? 'success' : 'skipped'));
  run.updatedAt = world.time();
  await announceRun(world, run, 'completed');
}

/** A queued job ends at once; one on a machine is asked to end. `force` does not wait for the machine. */
export async function cancelRun(world: World, actor: Actor, run: WorkflowRun, force: boolean): Promise<void> {
  need(actor, run.repository, 'actions', 'write');
  if (run.status === 'completed')
    throw new RefusedError(409, 'Cannot cancel a workflow run that is completed.');
  for (const job of run.jobs) {
    job.cancelRequestedAt ??= world.time();
    if (job.status === 'queued' || job.status === 'waiting' || (force && job.status === 'in_progress'))
      await endJob(world, job, 'cancelled');
  }
}

/** Its token and its name are free again; what its process still asks is refused. */
export function forgetMachine(world: World, machine: Machine): void {
  world.machines.delete(machine.id);
  for (const [token, owner] of world.machineTokens) if (owner === machine) world.machineTokens.delete(token);
}

async function announceRun(world: World, run: WorkflowRun, action: string): Promise<void> {
  const { repository, triggeredBy: sender } = run;
  await world.emit({ event: 'workflow_run', action, run, repository, sender });
}

async function announceJob(world: World, job: Job, action: string): Promise<void> {
  const { repository, triggeredBy: sender } = job.run;
  await world.emit({ event: 'workflow_job', action, job, repository, sender });
}
