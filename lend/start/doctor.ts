import { DESCENT } from '../../core/command-name.ts';
import { CommandError } from '../../core/errors.ts';
import type { TrackConfig } from '../../core/formats/config.ts';
import type { Host } from '../../runner/doctor/host.ts';
import type { Plan } from '../../runner/doctor/plan.ts';
import { cannotTakeJob, problemsOf } from '../runner/ready.ts';

/** The doctor, before anything is lent and before each job. */

export interface Where {
  sandbox: Plan['sandbox'];
  /** Root of this checkout. */
  repository: string;
  cache: string;
  /** GitHub's API, which the clock is compared with. */
  api: string;
}

/** What each track asks of this machine. */
export function plansFor(tracks: Map<string, TrackConfig>, where: Where): Plan[] {
  return [...tracks.values()].map((track) => ({
    sandbox: where.sandbox,
    device: track.device,
    dataset: track.dataset,
    memoryMiB: track['memory-mib'],
    python: track.python,
    hardware: track.hardware,
    repository: where.repository,
    cache: where.cache,
    api: where.api,
  }));
}

/** What passes by itself: the watch waits until others have left the card. */
const PASSING = new Set(['card-memory']);

/** @throws CommandError that names each problem which no waiting solves, with what to do */
export async function examine(host: Host, plans: Plan[]): Promise<void> {
  const found = (await Promise.all(plans.map((plan) => problemsOf(host, plan)))).flat();
  const lasting = found.filter(
    ({ name }, i) => !PASSING.has(name) && found.findIndex((one) => one.name === name) === i,
  );
  if (lasting.length === 0) return;
  throw new CommandError(
    `this machine cannot lend now. ${lasting.map(({ name, found }) => `${name}: ${found}`).join('. ')}`,
    `${lasting.map(({ name, remedy }) => `${name}: ${remedy}`).join('\n')}\nEverything that was looked at: ${DESCENT} doctor`,
    { status: 1 },
  );
}

/** Why no track can be served at this moment; null when all can. */
export async function readyFor(host: Host, plans: Plan[]): Promise<string | null> {
  for (const plan of plans) {
    const why = await cannotTakeJob(host, plan);
    if (why !== null) return why;
  }
  return null;
}
