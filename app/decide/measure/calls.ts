import type { RunState, Snapshot } from '../../model/snapshot.ts';
import { sparePlaces } from '../rules/queue.ts';
import { endsOf, nextAttempt } from '../state/ends.ts';
import { candidateOf, type Experiment, givenUp } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';

/**
 * An owner is known from a job that their machine has finished. Where a pull request waits for owners and nothing else is to be
 * measured, the bot would never learn of one: so it calls. A call is one more run of the incumbent that any machine may take;
 * it costs no candidate a place, and the more often no new owner took it, the longer the wait for the next.
 */

const HOUR = 3_600_000;
const LONGEST_HOURS = 24;

/** A run of the incumbent that any machine may take: useful whichever owner takes it, and no verdict depends on it. */
export function isCall({ key, memory }: RunState): boolean {
  return key.stage === 'baseline' && key.pull !== null && memory.target === null;
}

/**
 * A call that no machine finished is given up: the pull request goes on without it. One that a machine had goes elsewhere first, so that
 * no owner chooses which runs of the incumbent count.
 */
export function withoutBrokenCalls({ config }: Settings, experiment: Experiment): Experiment {
  const goesOn = (run: RunState) => endsOf(run).length > 0 && nextAttempt(run) <= config.limits.attempts;
  const isGone = ({ run }: Experiment['broken'][number]) => isCall(run) && !goesOn(run);
  const gone = experiment.broken.filter(isGone);
  return {
    ...experiment,
    broken: experiment.broken.filter((one) => !isGone(one)),
    failed: experiment.failed.filter((run) => !isCall(run)),
    updates: [...experiment.updates, ...gone.map(({ run, why }) => givenUp(run, why))],
  };
}

/** Whether any machine is to be asked now: none of the pull request's runs is out, the track has a free place, and it is time. */
export function isCallDue(snapshot: Snapshot, settings: Settings, { track, pending }: Experiment): boolean {
  const others = snapshot.queue.filter((entry) => entry.pull !== snapshot.pull.number);
  if (pending.length > 0 || sparePlaces(others, settings, track) === 0) return false;
  const calls = snapshot.pull.heads
    .flatMap((head) => head.runs)
    .filter((run) => run.key.track === track && isCall(run));
  const last = Math.max(0, ...calls.map(({ memory }) => Date.parse(memory.dispatchedAt)));
  const hours = Math.min(LONGEST_HOURS, 2 ** (calls.length - 1));
  return Date.parse(snapshot.now) - last >= hours * HOUR;
}

/** Since when a pull request waits: its last own run has ended then. Null before it has any. */
export function waitsSince(snapshot: Snapshot, { blob, track }: Experiment): string | null {
  const own = candidateOf(snapshot.pull.heads, blob, track);
  return (
    own?.facts
      .map(({ run }) => run.at)
      .sort()
      .at(-1) ?? null
  );
}
