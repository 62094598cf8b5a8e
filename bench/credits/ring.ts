import { balanceOf } from '../../core/credits/holds.ts';
import { mintOf } from '../../core/formats/ledger.ts';
import { resultOf } from '../../testing/examples/result.ts';
import { run as runOf } from '../../testing/examples/run.ts';
import { OWNER_SHARE } from '../economics/costs.ts';
import { at, Books, NET, TRACK } from './books.ts';

/** A ring of logins that write junk for each other's machines: whatever it does, all is measured, and nothing of it is audited. */
export interface Ring {
  authors: number;
  owners: number;
  /** What becomes of the junk: it ends after seconds as a crash, or after a short training as invalid. */
  outcome: 'crashed' | 'invalid';
  /** Runs of all of them in a day: many more than a card can do. */
  runsADay: number;
}

export interface RingFigures extends Ring {
  /** What it minted in a day, and what of it its owners got, in credits: a run of a card mints 360. */
  minted: number;
  got: number;
  /** Minted for each of its authors, in runs. */
  runsEach: number;
}

const DAYS = 5;

export function measureRing(ring: Ring): RingFigures {
  const books = new Books();
  let runId = 1;
  const owners = Array.from({ length: ring.owners }, (_, i) => `ring${i}`);
  for (let day = 0; day < DAYS; day++)
    for (let i = 0; i < ring.runsADay; i += ring.owners) {
      const runs = owners.map((owner, k) =>
        runOf(null, {
          ...{ owner, machine: `${owner}.box`, runId: runId++, at: at(day + i / ring.runsADay) },
          ...{ outcome: ring.outcome, ordinal: k + 1 },
        }),
      );
      const author = `junk${(i / ring.owners) % ring.authors}`;
      books.add(day + i / ring.runsADay, resultOf({ pull: runId, author, track: TRACK, runs, valBpb: null }));
    }
  const minted = -balanceOf(books.ledger, mintOf(TRACK)) / DAYS;
  const got = owners.reduce((sum, owner) => sum + balanceOf(books.ledger, `@${owner}`), 0) / DAYS;
  const runsEach = (minted * OWNER_SHARE) / NET / ring.authors;
  return { ...ring, minted: minted / 1000, got: got / 1000, runsEach };
}
