import { NO_OWNER } from '../../owner.ts';
import type { MeasuredRun } from './rule.ts';

/** Whose machines confirm. Losses play no part here, so that no one can choose the runs that count by their outcome. */

/** How many of so many confirming runs may be one owner's: half, so that two owners are the fewest. */
export const perOwner = (confirmations: number): number => confirmations / 2;

/** The confirming runs that count: in the order they ended, none of the author's, at most `share` of one owner. */
export function countedConfirmations(
  runs: readonly MeasuredRun[],
  author: string,
  share: number,
): MeasuredRun[] {
  const taken = new Map<string, number>();
  return runs.filter((run) => {
    const before = taken.get(run.owner) ?? 0;
    if (run.stage !== 'confirm' || run.owner === NO_OWNER || run.owner === author || before >= share)
      return false;
    taken.set(run.owner, before + 1);
    return true;
  });
}

/** Where a wanted run may go; placeConfirmations knows the exception of a track with too few owners. */
export interface Placement {
  /** Owners whose machines must not take it. */
  notOwners: string[];
  /** At most this many runs of one owner in the stage, runs under way included. */
  perOwner: number;
}

export const ANYWHERE: Placement = { notOwners: [], perOwner: Number.MAX_SAFE_INTEGER };

export type Placing =
  | { kind: 'place'; owners: string[]; singleOwner: boolean }
  | {
      kind: 'wait';
      reason: string;
      /** Owners who might have it, all of whose machines have a run now or are away. */
      busy: string[];
    };

/**
 * Gives each of `runs` wanted confirmations an owner: the one with the fewest so far, so that evidence spreads.
 * @param available owners with a machine registered for the track, busy or not; repeated names do no harm
 * @param soFar confirmations of the candidate, those under way included
 */
export function placeConfirmations(o: {
  runs: number;
  available: readonly string[];
  soFar: readonly { owner: string }[];
  author: string;
  perOwner: number;
  fewOwners: 'wait' | 'accept';
  /** How many runs may go to an owner's machines now; any number where it is left out. */
  room?: (owner: string) => number;
}): Placing {
  const room = o.room ?? (() => Number.POSITIVE_INFINITY);
  const given = new Map<string, number>();
  const taken = new Map(o.available.map((owner): [string, number] => [owner, 0]));
  for (const { owner } of o.soFar) taken.set(owner, (taken.get(owner) ?? 0) + 1);
  const strangers = [...taken.keys()].filter((owner) => owner !== o.author);
  const single = o.fewOwners === 'accept' && strangers.length < 2;
  const free = [...new Set(o.available)].filter((owner) => single || owner !== o.author);

  const owners: string[] = [];
  const allowed = () => free.filter((owner) => single || taken.get(owner)! < o.perOwner);
  for (let i = 0; i < o.runs; i++) {
    const open = allowed().filter((owner) => (given.get(owner) ?? 0) < room(owner));
    // The author's own machine only when no other owner has one.
    const next = open.sort(
      (a, b) =>
        Number(a === o.author) - Number(b === o.author) ||
        taken.get(a)! - taken.get(b)! ||
        a.localeCompare(b),
    )[0];
    if (next === undefined) break;
    taken.set(next, taken.get(next)! + 1);
    given.set(next, (given.get(next) ?? 0) + 1);
    owners.push(next);
  }
  if (owners.length > 0) return { kind: 'place', owners, singleOwner: single };
  return {
    kind: 'wait',
    reason: `confirmation needs machines of two owners other than the author; known now: ${free.join(', ') || 'none'}`,
    busy: allowed(),
  };
}
