import type { LentMachine } from '../../../model/lent.ts';
import type { QueueEntry } from '../../../model/snapshot.ts';
import type { Known } from '../owners.ts';
import { freeForAnybody, lenderOf } from './machines.ts';

/**
 * One's own machine serves its owner's pull requests first: their first run, which nobody pays and nobody is paid for. Only where such a
 * run decides nothing alone.
 * @param waiting for their first run, in their order
 * @returns the machine of each that has one, by pull request
 */
export function ownMachines(
  known: Known,
  waiting: Pick<QueueEntry, 'pull' | 'author'>[],
): Map<number, LentMachine> {
  const found = new Map<number, LentMachine>();
  if (known.rules.sigma === undefined || known.rules.frontier) return found;
  const free = freeForAnybody(known, 'explore');
  for (const { pull, author } of waiting) {
    const mine = free.find(
      (machine) => lenderOf(machine) === author.toLowerCase() && ![...found.values()].includes(machine),
    );
    if (mine) found.set(pull, mine);
  }
  return found;
}
