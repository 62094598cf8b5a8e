import type { Evidence } from './evidence.ts';
import { ANYWHERE, type Placement, perOwner } from './owners.ts';
import type { Case } from './rule.ts';

/** What to measure next, while nothing can be said. */
export interface Measure {
  kind: 'measure';
  stage: 'baseline' | 'explore' | 'confirm';
  /** How many runs of the stage there must be, finished ones and those under way included. */
  runs: number;
  placement: Placement;
  why: string;
  evidence: Evidence | null;
}

export function exploreUpTo(runs: number, why: string, evidence: Evidence | null): Measure {
  return { kind: 'measure', stage: 'explore', runs, placement: ANYWHERE, why, evidence };
}

/**
 * @param counted how many confirmations must count; `runs` also holds those that do not, such as the author's own
 * @param notBy owners beside the author whose runs would not help
 */
export function confirmUpTo(
  given: Case,
  counted: number,
  runs: number,
  why: string,
  evidence: Evidence | null,
  notBy: readonly string[] = [],
): Measure {
  const placement = { notOwners: [given.author, ...notBy], perOwner: perOwner(counted) };
  return { kind: 'measure', stage: 'confirm', runs, placement, why, evidence };
}

/** @param notBy owners of whose runs there are enough */
export function measureIncumbent(
  given: Case,
  missing: number,
  notBy: readonly string[],
  why: string,
  evidence: Evidence | null,
): Measure {
  const runs = given.incumbent.length + missing;
  const placement = { ...ANYWHERE, notOwners: [...notBy] };
  return { kind: 'measure', stage: 'baseline', runs, placement, why, evidence };
}
