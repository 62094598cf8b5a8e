import { z } from 'zod';
import { pendingOf } from '../../core/credits/holds.ts';
import { expiryOf, inHand, NOTHING } from '../../core/credits/lots.ts';
import { CommandError } from '../../core/errors.ts';
import type { Ledger } from '../../core/formats/ledger.ts';
import { inertLine } from '../../core/text/harmless/terminal.ts';
import { count } from '../../core/text/plural.ts';
import { minuteOf } from '../../core/text/time.ts';

/** What accounts have, as `descent ledger` tells it. */

export const accountSchema = z.strictObject({
  account: z.string(),
  login: z.string().nullable(),
  runs: z.int(),
  available: z.int().describe('what may be spent, in thousandths of a credit; less is where bids hold some'),
  pending: z.int().describe('no repeat on another owner’s machine has vouched for it yet'),
  debt: z.int().describe('taken back after it was spent: later earnings pay it first'),
  earned: z.int().describe('all that its runs earned, what was spent and what expired included'),
  expires: z.array(z.strictObject({ on: z.string(), milli: z.int() })),
  postings: z.array(z.strictObject({ at: z.string(), id: z.string(), account: z.string(), milli: z.int() })),
});

/** Accounts of a login or a number, as the ledger has them. */
export function namesOf(state: Ledger | null, wanted: string): string[] {
  const login = wanted.replace(/^@/, '').toLowerCase();
  const owners = Object.entries(state?.owners ?? {});
  const found = owners.filter(
    ([account, owner]) => account === wanted || owner.login.toLowerCase() === login,
  );
  if (found.length > 0) return found.map(([account]) => account);
  throw new CommandError(
    `no account of ${inertLine(wanted, 60)} in the ledger`,
    'It begins with the first run that counts on a machine of theirs. `ledger` lists all.',
    { status: 1 },
  );
}

export function accountsOf(
  state: Ledger,
  names: string[],
  postings: z.infer<typeof accountSchema>['postings'],
) {
  const accounts = names.map((account): z.infer<typeof accountSchema> => {
    const has = state.accounts[account] ?? NOTHING;
    const { lots, debt } = has;
    const { login, runs, milli } = state.owners[account]!;
    return {
      ...{ account, login, runs, available: inHand(has), debt, earned: milli },
      pending: pendingOf(state, account),
      expires: lots.map((lot) => ({ on: expiryOf(lot), milli: lot.milli })),
      postings: postings.filter((one) => one.account === account),
    };
  });
  return accounts.toSorted((a, b) => b.earned - a.earned);
}

export function linesOf(one: z.infer<typeof accountSchema>): string[] {
  const { account, login, runs, available, pending, debt, earned, expires, postings } = one;
  const name = account === `@${login}` ? account : `${login} (${account})`;
  const parts = [
    `${credits(available)} to spend`,
    pending > 0 && `${credits(pending)} waiting`,
    debt > 0 && `${credits(debt)} owed`,
  ].filter(Boolean);
  const detail = postings.length > 0 ? expires : [];
  return [
    `${inertLine(name, 60)}: ${parts.join(', ')}; ${credits(earned)} earned by ${count(runs, 'run')}`,
    ...detail.map(({ on, milli }) => `  ${credits(milli)} until ${on}`),
    ...postings.map(
      ({ at, id, milli }) =>
        `  ${minuteOf(at)}  ${milli > 0 ? '+' : ''}${credits(milli)}  ${inertLine(id, 60)}`,
    ),
  ];
}

export function credits(milli: number): string {
  return `${(milli / 1000).toFixed(1)} credits`;
}
