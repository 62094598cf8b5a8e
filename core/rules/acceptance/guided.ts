import type { Case, MeasuredRun } from './rule.ts';

/**
 * A machine that has measured the incumbent draws a quarter of its probes where the candidate gains over it. Without that a lie on
 * the hardest tokens passes: 0.0032 bits per byte over five runs on an H100, where 0.0008 is what one guided run lets through. So
 * an unguided run may explore and count, and a gain needs guided runs of two owners: one of them might only say so.
 */

export interface Guidance {
  enough: boolean;
  /** Owners whose next run will be guided, when they are too few; else null. */
  tooFew: string[] | null;
  /** Owners whose next run would be unguided, as their last one was. */
  unable: string[];
}

/** @param runs those that a gain rests on */
export function guidanceOf(given: Case, runs: readonly MeasuredRun[], singleOwner: boolean): Guidance {
  const wanted = singleOwner ? 1 : 2;
  const mayCount = ({ owner }: MeasuredRun) => singleOwner || owner !== given.author;
  const guided = ownersOf(runs.filter((run) => run.guided !== false && mayCount(run)));
  const unguided = runs.filter((run) => run.guided === false);
  // Measuring the incumbent is what makes the next run guided.
  const isSince = (incumbentRun: MeasuredRun) =>
    unguided.every((run) => run.owner !== incumbentRun.owner || (run.at ?? '') < (incumbentRun.at ?? ''));
  const able = ownersOf(given.incumbent.filter((run) => mayCount(run) && isSince(run)));
  return {
    enough: guided.length >= wanted,
    tooFew: able.length < wanted ? able : null,
    unable: ownersOf(unguided).filter((owner) => !able.includes(owner)),
  };
}

function ownersOf(runs: readonly MeasuredRun[]): string[] {
  return [...new Set(runs.map((run) => run.owner))];
}
