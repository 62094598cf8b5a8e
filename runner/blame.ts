import type { Job } from '../core/formats/job.ts';
import { memoryOf } from './doctor/checks/memory.ts';
import { cannotMeasure } from './doctor/doctor.ts';
import type { Host as Machine } from './doctor/host.ts';
import { thisMachine } from './doctor/this-machine.ts';
import type { Unscored } from './outcome.ts';
import { SandboxError } from './sandbox/sandbox.ts';
import { faultTried, type Place } from './trial.ts';

/** Whose fault a crash was: the file's, unless the same machine fails the referee's own few lines as well. */

/**
 * After a run that left no loss. Nothing that the stranger's process said is believed, nor its silence: the machine is looked at
 * and tried anew.
 * @throws SandboxError when the machine is at fault: then nothing is said about the experiment
 */
export async function blameMachine({ outcome, reason, message }: Unscored, place: Place): Promise<void> {
  if (outcome !== 'crashed' && outcome !== 'out-of-memory' && outcome !== 'timeout') return;
  // What went over the track's own limit did so on any machine.
  if (reason.code === 'training-over-memory' || reason.code === 'model-over-memory') return;
  const machine = thisMachine(place.host.env);
  const fault =
    (await faultSeen(machine, place)) ??
    (outcome === 'out-of-memory' ? await tooFull(machine, place.job) : null) ??
    (await faultTried(place));
  if (fault !== null)
    throw new SandboxError(`This machine failed, not train.py: ${fault}. The run ended so: ${message}`);
}

/** What the doctor sees of it. @param machine the one the run ended on, or another's for tests */
export function faultSeen(
  machine: Machine,
  { job, repository, sandbox, host }: Pick<Place, 'job' | 'repository' | 'sandbox' | 'host'>,
): Promise<string | null> {
  return cannotMeasure(machine, {
    ...{ device: job.device, dataset: job.dataset, memoryMiB: job.memoryMiB },
    ...{ python: job.python, hardware: job.hardware },
    ...{ sandbox: sandbox.kind, repository, cache: host.cache, api: null },
  });
}

/** The run's processes are gone: what is taken now was taken from them. */
export async function tooFull(machine: Machine, { memoryMiB }: Job): Promise<string | null> {
  const { available } = await memoryOf(machine);
  if (available === null || available >= memoryMiB) return null;
  return `other programs leave ${available} of the ${memoryMiB} MiB that a run may use`;
}
