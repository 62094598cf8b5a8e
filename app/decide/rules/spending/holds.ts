import type { Hold } from '../../../../core/credits/holds.ts';
import type { QueueEntry } from '../../../model/snapshot.ts';

/** All that pull requests hold now. @param queue with those that were closed lately, whose runs may still be out */
export function holdsOf(queue: Pick<QueueEntry, 'overall'>[]): Hold[] {
  return queue.flatMap(({ overall }) => overall?.holds ?? []);
}
