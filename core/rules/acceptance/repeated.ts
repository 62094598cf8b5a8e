import type { MeasuredRun } from './rule.ts';

/**
 * Two seeds, and one loss, one held-out loss or one digest of weights. Either the file ignores its seed, or an owner repeats what
 * another machine has reported, which anybody may read. No owner, and no person with two logins, must be able to show the former.
 */

type Run = Pick<MeasuredRun, 'seed' | 'owner' | 'valBpb' | 'heldoutBpb' | 'weights'>;

export interface Repeated<R> {
  /** The file ignores its seed, whichever owner may lie. */
  pinned: boolean;
  /** Runs that repeat what an earlier one reported, where that is not shown: they do not count. */
  suspects: R[];
}

/**
 * A liar can repeat what came before, but no honest owner can repeat what a liar made up. So the equality must remain when the runs
 * of any one owner are, or of any two where there are three: but not the first one's, where anybody else repeats it.
 * @param runs in the order they ended
 * @param owners how many owners have measured on the track, as far as this case shows
 */
export function repeatedReports<R extends Run>(
  runs: readonly R[],
  { owners, onlyOwner }: { owners: number; onlyOwner: boolean },
): Repeated<R> {
  const suspects = new Set<R>();
  let pinned = false;
  for (const [of, mark] of MARKS) {
    for (const equal of Map.groupBy(runs, mark).values()) {
      const first = equal[0]!;
      const later = equal.filter((run) => run.seed !== first.seed);
      if (mark(first) === null || later.length === 0) continue;
      for (const run of later) suspects.add(run);
      // Held-out rows are drawn again for each run: no file gives the same loss on other rows.
      if (of !== 'heldoutBpb') pinned ||= onlyOwner || standsWithout(equal, owners > 2 ? 2 : 1);
    }
  }
  return { pinned, suspects: runs.filter((run) => suspects.has(run)) };
}

const MARKS: [keyof Run, (run: Run) => number | string | null][] = [
  ['valBpb', (run) => run.valBpb],
  ['heldoutBpb', (run) => run.heldoutBpb ?? null],
  ['weights', (run) => run.weights ?? null],
];

/** Whether two seeds are left, whichever owners lie, at most so many of them. */
function standsWithout(equal: readonly Run[], liars: number): boolean {
  const first = equal[0]!.owner;
  const owners = [...new Set(equal.map((run) => run.owner))];
  // Were the first one a liar, all who repeat it would be, too.
  if (owners.length <= liars) return false;
  const others = owners.filter((owner) => owner !== first);
  const left = (without: string[]) =>
    new Set(equal.filter((run) => !without.includes(run.owner)).map((run) => run.seed)).size > 1;
  return others.every((one) => others.every((other) => left(liars > 1 ? [one, other] : [one])));
}
