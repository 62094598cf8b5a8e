import type { End } from '../../../core/formats/run.ts';
import type { CheckWrite } from '../../model/effect.ts';
import { costsAttempt, isSilent } from '../../model/silent-ends.ts';
import type { RunState } from '../../model/snapshot.ts';
import type { RunMemory } from '../../model/state.ts';
import { waitingState } from '../../model/waiting.ts';
import { waitingRun } from '../../say/run-check.ts';

/** Orders of a run that ended without a loss, on which machines, and what follows for the next one. */

/** Remembered of one run; the first ones go. */
const KEPT = 50;

/** How its last order ended on a machine that had it; null where none did, or it is not over. */
function lastEnd({ memory: { lent }, finding }: RunState): End | null {
  const how = howOf(finding);
  if (how === null) return null;
  if (lent) return { machine: lent.name, ownerId: lent.ownerId, how };
  // Of runners of the swarm's own repository `failedOn` says the rest.
  return finding.kind === 'void' ? { machine: finding.machine, how } : null;
}

function howOf(finding: RunState['finding']): End['how'] | null {
  switch (finding.kind) {
    case 'void':
      return finding.outcome;
    case 'vanished':
    case 'untaken':
      return finding.kind;
    case 'failed':
    case 'refused':
    case 'lost':
      return 'failed';
    default:
      return null;
  }
}

/** The swarm's own runners that failed a run so far, the last attempt's included. `endsOf` has those that are lent. */
export function failuresOf({ memory, finding }: RunState): string[] {
  const failed = finding.kind === 'failed' || finding.kind === 'refused' ? finding.machine : undefined;
  const last = memory.lent ? undefined : failed;
  return [...new Set([...(memory.failedOn ?? []), ...(last === undefined ? [] : [last])])];
}

export function endsOf(run: RunState): End[] {
  const last = lastEnd(run);
  return [...(run.memory.ends ?? []), ...(last ? [last] : [])].slice(-KEPT);
}

/** What the next order of a run, or its end, remembers of the orders before. */
export function pastOf(run: RunState): Pick<RunMemory, 'failedOn' | 'ends'> {
  const failedOn = failuresOf(run);
  const ends = endsOf(run);
  return { ...(failedOn.length > 0 && { failedOn }), ...(ends.length > 0 && { ends }) };
}

/** The number of its next attempt: what a machine's owner takes back, or others disturb, costs none, nor does an owner's first silence. */
export function nextAttempt(run: RunState): number {
  return costs(run) ? run.key.attempt + 1 : run.key.attempt;
}

function costs({ memory: { lent, ends }, finding }: RunState): boolean {
  if (finding.kind === 'void' || finding.kind === 'waiting') return false;
  const how = howOf(finding);
  return !lent || how === null || !isSilent(how) || costsAttempt(lent.ownerId, ends);
}

/** It is over, and is ordered again as soon as a machine is free that may have it. Null where it waits already. */
export function waitingCheck(run: RunState, why: string): CheckWrite | null {
  if (run.finding.kind === 'waiting') return null;
  return {
    ...{ id: run.check.id, head: run.head, name: run.check.name },
    ...waitingState(run.key, run.memory, { ...pastOf(run), attempt: nextAttempt(run), why }),
    ...waitingRun(why),
  };
}
