import { type LiarFigures, measureLiar } from './liar.ts';
import { measureRunsEnded, type PreemptingFigures } from './preempting.ts';
import { measureQueue, QUEUES, type QueueFigures } from './queue.ts';
import { measureRing, type RingFigures } from './ring.ts';

/** All that `npm run bench:credits` says. */
export interface Report {
  liar: LiarFigures[];
  preempting: PreemptingFigures[];
  ring: RingFigures[];
  queue: QueueFigures[];
  seed: number;
}

const SHARES = [0.01, 0.03, 0.1, 0.3, 1];

/** @param size of everything; 1 is what docs/credits.md shows */
export function measureAll(o: { seed: number; size: number; note?: (text: string) => void }): Report {
  const { seed, note = () => undefined } = o;
  const many = (count: number) => Math.max(1, Math.round(count * o.size));
  note('an owner who invents losses');
  const liar = (['saves', 'spends', 'waits', 'befriends'] as const).flatMap((who) =>
    [0, 0.3].flatMap((scorings) =>
      // The rarer the lie, the more days it takes to see what comes of it.
      SHARES.map((share) =>
        measureLiar({ who, scorings, share, runsADay: 8, seed, trials: many(share < 0.1 ? 12 : 4) }),
      ),
    ),
  );
  note('an owner who takes his machine back when a run displeases him');
  const preempting = (['none', 'fifth', 'half'] as const).map((ends) =>
    measureRunsEnded({ ends, after: 0.5, seed, trials: many(10_000) }),
  );
  note('a ring that writes junk for itself');
  const ring = [
    { authors: 1, owners: 1 },
    { authors: 1, owners: 3 },
    { authors: 5, owners: 3 },
  ].flatMap((logins) =>
    (['crashed', 'invalid'] as const).map((outcome) =>
      measureRing({ ...logins, outcome, runsADay: many(3000) }),
    ),
  );
  note('rich bidders at full load');
  const queue = QUEUES.map((who) => measureQueue({ who, minutes: many(3000), seed, trials: 5 }));
  return { liar, preempting, ring, queue, seed };
}
