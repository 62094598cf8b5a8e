import type { QueueEntry } from '../../model/snapshot.ts';
import type { Settings } from '../state/settings.ts';
import { sparePlaces } from './queue.ts';

const LOOKS = 20;

/** Who wants a place and waits in no queue: a chain's certification, verdicts to be looked at again, and audits, if a place is left for them; last who borrows. */
export function besidesQueue(queue: QueueEntry[], settings: Settings): number[] {
  const waiting = Object.entries(settings.board.tracks).flatMap(
    ([track, { audits, reconsider, frontier }]) => [
      // A chain's certification waits in no queue: its pull request has its verdict.
      ...(frontier?.chain.filter(({ blob }) => blob === frontier.certifying) ?? []),
      ...reconsider.slice(0, LOOKS),
      ...audits.slice(0, sparePlaces(queue, settings, track)),
    ],
  );
  const borrowers = queue.filter(({ overall, waiting = 0 }) => overall?.state === 'borrowing' && waiting > 0);
  return [...waiting, ...borrowers].map(({ pull }) => pull);
}
