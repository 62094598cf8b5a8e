import type { Job } from '../../core/formats/job.ts';
import { memoryOf } from '../doctor/checks/memory.ts';
import { cannotMeasure } from '../doctor/doctor.ts';
import type { Host as Machine } from '../doctor/host.ts';
import { planFor } from '../doctor/plan.ts';
import { thisMachine } from '../doctor/this-machine.ts';
import type { UnscoredError } from '../outcome.ts';
import { SandboxError } from '../sandbox/sandbox.ts';
import { faultTried, type Place } from '../trial.ts';

/** Decides whose fault a crash was: the file's, unless the same machine also fails the referee's own few lines. */

/**
 * Called after a run without a loss. Neither the words nor the silence of the stranger's process are believed: the machine is
 * checked and tried again.
 * @throws SandboxError when the machine is at fault; the experiment then gets no outcome
 */
export async function blameMachine({ outcome, reason, message }: UnscoredError, place: Place): Promise<void> {
  if (outcome !== 'crashed' && outcome !== 'out-of-memory' && outcome !== 'timeout') return;
  // A run over the track's own limit would exceed it on any machine.
  if (reason.code === 'training-over-memory' || reason.code === 'model-over-memory') return;
  const machine = thisMachine(place.host.env);
  const fault =
    (await faultSeen(machine, place)) ??
    (outcome === 'out-of-memory' ? await tooFull(machine, place.job) : null) ??
    (await faultTried(place));
  if (fault !== null)
    throw new SandboxError(`This machine failed, not train.py: ${fault}. The run ended with: ${message}`);
}

/** What the doctor finds. @param machine the one the run ended on; tests give others */
export function faultSeen(
  machine: Machine,
  { job, repository, sandbox, host }: Pick<Place, 'job' | 'repository' | 'sandbox' | 'host'>,
): Promise<string | null> {
  return cannotMeasure(machine, planFor(job, { sandbox: sandbox.kind, repository, cache: host.cache }));
}

/** The run's processes are gone. Memory that is used now was missing for them. */
export async function tooFull(machine: Machine, { memoryMiB }: Job): Promise<string | null> {
  const { available } = await memoryOf(machine);
  if (available === null || available >= memoryMiB) return null;
  return `other programs leave ${available} of the ${memoryMiB} MiB that a run may use`;
}
