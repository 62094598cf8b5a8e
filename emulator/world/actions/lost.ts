import type { Job, Machine } from '../model.ts';
import type { World } from '../world.ts';
import { endJob, forgetMachine } from './runs.ts';

/** What GitHub ends by itself: registrations that nobody uses, jobs that no machine takes or whose machine is gone, cancellations that nobody obeys. */

const MINUTE = 60_000;
/** A just-in-time runner without a job. GitHub documents no time; seen were two to six minutes. */
const IDLE = 5 * MINUTE;
/** The lock of a job, which its machine renews. */
const LOCK = 10 * MINUTE;
/** How long a cancelled job may take to end. */
const CANCELLATION = 5 * MINUTE;
/** How long a job waits for a machine. */
const QUEUED = 24 * 60 * MINUTE;

/** By the world's clock. To be called again and again. */
export async function endLost(world: World): Promise<void> {
  for (const machine of [...world.machines.values()])
    if (machine.once && !machine.job && ago(world, machine.createdAt) > IDLE) forgetMachine(world, machine);
  for (const machine of [...world.machines.values()]) {
    const { job } = machine;
    if (job && isStuck(world, job)) await endJob(world, job, 'cancelled');
    else if (job && silence(world, machine) > LOCK) await endJob(world, job, 'failure');
  }
  for (const job of world.jobs.values())
    if (job.status === 'queued' && ago(world, job.createdAt) > QUEUED) await endJob(world, job, 'cancelled');
}

/** Whether a machine's process was heard of in the last minute. */
export function isHeard(world: World, machine: Machine): boolean {
  return machine.seenAt !== null && silence(world, machine) < MINUTE;
}

function isStuck(world: World, { cancelRequestedAt }: Job): boolean {
  return cancelRequestedAt !== null && ago(world, cancelRequestedAt) > CANCELLATION;
}

function silence(world: World, { seenAt, createdAt }: Machine): number {
  return ago(world, seenAt ?? createdAt);
}

function ago(world: World, time: string): number {
  return world.now().getTime() - Date.parse(time);
}
