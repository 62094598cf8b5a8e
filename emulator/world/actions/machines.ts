import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userShape } from '../../shapes/account.ts';
import { repositoryShape } from '../../shapes/repository.ts';
import { jobToken } from '../accounts.ts';
import type { Artifact, Conclusion, Job, Machine, Repository, Step, WorkflowRun } from '../model.ts';
import { invalid, notFound, RefusedError } from '../refused.ts';
import { fullName, type World } from '../world.ts';
import { beginJob, endJob, forgetMachine } from './runs.ts';
import { variableValues } from './variables.ts';

/** Self-hosted runners: what a machine asks GitHub, one job at a time. */

const NINETY_DAYS = 90 * 86_400_000;

/** A machine that takes one job after the other. */
export function registerMachine(
  world: World,
  repository: Repository,
  name: string,
  owner: string,
  labels: string[],
) {
  const all = [...new Set(['self-hosted', ...labels])];
  const machine = addMachine(world, repository, { name, owner, labels: all, once: null });
  return { machine, token: machineToken(world, machine) };
}

/** @throws RefusedError when the repository has a machine of that name */
export function addMachine(
  world: World,
  repository: Repository,
  made: Pick<Machine, 'name' | 'owner' | 'labels' | 'once'>,
): Machine {
  if (machinesOf(world, repository).some((one) => one.name.toLowerCase() === made.name.toLowerCase()))
    throw taken(made.name);
  const machine: Machine = {
    ...made,
    id: world.id(),
    repository,
    job: null,
    createdAt: world.time(),
    seenAt: null,
    inSession: false,
  };
  world.machines.set(machine.id, machine);
  return machine;
}

export function taken(name: string): RefusedError {
  return new RefusedError(409, `Already exists - A runner with the name *${name}* already exists.`);
}

export function machineToken(world: World, machine: Machine): string {
  const token = `machine_${randomBytes(24).toString('base64url')}`;
  world.machineTokens.set(token, machine);
  return token;
}

export function machinesOf(world: World, repository: Repository): Machine[] {
  return [...world.machines.values()].filter((one) => one.repository === repository);
}

/** @throws RefusedError when there is none, and while it runs a job */
export function removeMachine(world: World, machine: Machine | undefined): void {
  if (!machine) throw notFound();
  if (machine.job) throw invalid(`Bad request - Runner "${machine.name}" is still running a job"`);
  forgetMachine(world, machine);
}

export function machineOf(world: World, token: string | undefined): Machine {
  const machine = token === undefined ? undefined : world.machineTokens.get(token);
  if (!machine) throw new RefusedError(401, 'Bad machine token');
  machine.seenAt = world.time();
  return machine;
}

/** The oldest queued job this machine's labels allow; null when there is none. A machine has one job at a time. */
export async function acquireJob(world: World, machine: Machine): Promise<object | null> {
  if (machine.job) throw new RefusedError(409, `machine ${machine.name} already has job ${machine.job.id}`);
  const mine = new Set(machine.labels.map((label) => label.toLowerCase()));
  const job = [...world.jobs.values()].find(
    (j) =>
      j.status === 'queued' &&
      j.run.repository === machine.repository &&
      j.labels.every((label) => mine.has(label.toLowerCase())),
  );
  if (!job) return null;
  machine.job = job;
  job.machine = machine;
  await beginJob(world, job);
  return assignment(world, job);
}

function assignment(world: World, job: Job): object {
  const { run } = job;
  const repository = fullName(run.repository);
  return {
    jobId: job.id,
    runId: run.id,
    runNumber: run.number,
    attempt: run.attempt,
    repository,
    ref: run.ref,
    sha: run.sha,
    event: run.event,
    actor: run.actor.login,
    actorId: run.actor.id,
    triggeringActor: run.triggeredBy.login,
    repositoryId: run.repository.id,
    repositoryOwnerId: run.repository.owner.id,
    workflowPath: run.path,
    workflow: run.workflow,
    jobName: job.key,
    inputs: run.inputs,
    vars: variableValues(run.repository),
    defaultBranch: run.repository.defaultBranch,
    apiUrl: world.url,
    serverUrl: world.url,
    cloneUrl: `${world.url}/${repository}.git`,
    payload: {
      inputs: run.inputs,
      ref: run.ref,
      repository: repositoryShape(world, run.repository),
      sender: userShape(world, run.actor),
      workflow: run.path,
    },
    token: jobToken(world, job),
  };
}

/**
 * The machine's process begins. What an earlier one of the same machine still had is lost, and fails; a machine for one job has
 * one process alone, while that is heard of.
 */
export async function startMachine(world: World, machine: Machine, heard: boolean): Promise<void> {
  if (machine.once && machine.inSession && heard)
    throw new RefusedError(409, `A session for the runner ${machine.name} already exists.`);
  machine.inSession = true;
  if (machine.job) await endJob(world, machine.job, 'failure');
}

/** The machine's own job by id; anyone else's is not there. */
export function jobOf(world: World, machine: Machine, id: number): Job {
  const job = world.jobs.get(id);
  if (!job || job.machine !== machine) throw notFound();
  return job;
}

export function reportSteps(
  world: World,
  job: Job,
  steps: Pick<Step, 'number' | 'name' | 'status' | 'conclusion' | 'logFrom'>[],
): void {
  const known = new Map(job.steps.map((step) => [step.number, step]));
  for (const step of steps) {
    const old = known.get(step.number);
    known.set(step.number, {
      ...step,
      startedAt: old?.startedAt ?? (step.status === 'queued' ? null : world.time()),
      completedAt: old?.completedAt ?? (step.status === 'completed' ? world.time() : null),
    });
  }
  job.steps = [...known.values()].sort((a, b) => a.number - b.number);
}

export async function completeJob(
  world: World,
  job: Job,
  conclusion: Conclusion,
  log: string,
): Promise<void> {
  job.log = log;
  await endJob(world, job, conclusion);
}

export async function storeArtifact(
  world: World,
  machine: Machine,
  runId: number,
  name: string,
  bytes: Uint8Array,
) {
  const run = machine.job?.run;
  if (run?.id !== runId) throw notFound();
  if (!/^[^"<>|:*?/\\\r\n]{1,100}$/.test(name)) throw invalid(`not an artifact name: ${name.slice(0, 100)}`);
  if (run.artifacts.some((a) => a.name === name && a.attempt === run.attempt))
    throw new RefusedError(409, `an artifact with the name ${name} exists already in run ${runId}`);
  const id = world.id();
  const file = join(world.path('artifacts'), `${id}.zip`);
  await mkdir(world.path('artifacts'), { recursive: true });
  await writeFile(file, bytes);
  return addArtifact(world, run, {
    id,
    run,
    attempt: run.attempt,
    name,
    file,
    size: bytes.length,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    createdAt: world.time(),
    expiresAt: new Date(world.now().getTime() + NINETY_DAYS).toISOString().replace(/\.\d+/, ''),
  });
}

function addArtifact(world: World, run: WorkflowRun, artifact: Artifact): Artifact {
  run.artifacts.push(artifact);
  world.artifacts.set(artifact.id, artifact);
  return artifact;
}
