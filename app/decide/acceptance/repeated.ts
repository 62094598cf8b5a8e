import type { MeasuredRun } from './rule.ts';

/**
 * Two seeds, one loss to the last digit. Either the file ignores its seed, or an owner repeats a loss that another machine has
 * reported, which anybody may read. No owner alone must be able to show the former.
 */

type Run = Pick<MeasuredRun, 'seed' | 'owner' | 'valBpb'>;

export interface Repeated<R> {
  /** The file ignores its seed, whoever of the owners may lie. */
  pinned: boolean;
  /** Runs that repeat the loss of an earlier one, where that is not shown: they do not count. */
  suspects: R[];
}

/**
 * A liar can repeat what came before, and nobody honest can repeat what a liar made up. So the equality must be left when any one
 * owner's runs are, save the first one's: what others repeated of it, they measured.
 * @param runs in the order they ended
 * @param onlyOwner there is no other owner, and the track accepts that
 */
export function repeatedLosses<R extends Run>(runs: readonly R[], onlyOwner: boolean): Repeated<R> {
  const suspects: R[] = [];
  let pinned = false;
  for (const equal of Map.groupBy(runs, (run) => run.valBpb).values()) {
    const first = equal[0]!;
    const later = equal.filter((run) => run.seed !== first.seed);
    if (later.length === 0) continue;
    suspects.push(...later);
    const others = new Set(equal.map((run) => run.owner));
    others.delete(first.owner);
    const stands = (without: string) =>
      new Set(equal.filter((run) => run.owner !== without).map((run) => run.seed)).size > 1;
    pinned ||= others.size > 0 ? [...others].every(stands) : onlyOwner;
  }
  return { pinned, suspects };
}
