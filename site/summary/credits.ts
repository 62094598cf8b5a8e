import { available } from '../../core/credits/holds.ts';
import type { Ledger } from '../../core/formats/ledger.ts';
import { own } from '../../core/names.ts';
import { once } from './once.ts';

/** What an owner has earned on all tracks, in thousandths of a credit: of a second of a track's reference machine. */
export interface Credits {
  runs: number;
  /** In all, what was spent and what expired included. */
  earned: number;
  available: number;
  /** No repeat elsewhere has vouched for it yet. */
  pending: number;
  /** Was taken back beyond what was there. */
  owed: number;
}

const NONE: Credits = { runs: 0, earned: 0, available: 0, pending: 0, owed: 0 };

/** By login in small letters: an owner of runners and of lent machines has two accounts, and is one person. */
export const creditsOf = once((ledger: Ledger): ReadonlyMap<string, Credits> => {
  const waiting = new Map<string, number>();
  for (const { account, pending } of Object.values(ledger.machines))
    waiting.set(
      account,
      pending.reduce((sum, { milli }) => sum + milli, waiting.get(account) ?? 0),
    );
  const owners = new Map<string, Credits>();
  for (const [account, { login, runs, milli }] of Object.entries(ledger.owners)) {
    const before = owners.get(login.toLowerCase()) ?? NONE;
    owners.set(login.toLowerCase(), {
      runs: before.runs + runs,
      earned: before.earned + milli,
      available: before.available + available(ledger, account, []),
      pending: before.pending + (waiting.get(account) ?? 0),
      owed: before.owed + (own(ledger.accounts, account)?.debt ?? 0),
    });
  }
  return owners;
});
