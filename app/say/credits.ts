import type { Paid } from '../../core/formats/result.ts';
import { credits } from '../../core/text/credits.ts';
import { inline } from '../../core/text/harmless/github.ts';
import type { Bid, Credits, Short } from '../decide/rules/spending/bid.ts';
import type { Payer } from '../decide/rules/spending/committed.ts';

/** What is said of bids: while a pull request waits, when it starts before its turn, and when its verdict charges it. */

function payers(paid: Payer[]): string {
  return paid
    .map(({ login, milli, for: kind }) => {
      const by = inline(login, 40);
      return `${credits(milli)} of ${by}${kind === 'sponsor' ? ' (a sponsor)' : ''}`;
    })
    .join(' and ');
}

/** Null where nothing is bid. */
export function bidSection(bid: Bid | undefined): string | null {
  if (!bid) return null;
  const lines = [
    bid.offers.length > 0 &&
      `**Bid:** ${payers(bid.offers)}. It may start before its turn; every second start goes without bids. Only a run that starts earlier because of this costs something: ${credits(bid.price)}, charged with its verdict.`,
    ...bid.short.map(shortOf),
    bid.offers.length === 0 && 'It waits in its place as if nothing were bid.',
  ];
  return lines.filter(Boolean).join('\n\n');
}

function shortOf(short: Short): string {
  const offer = `The bid of ${credits(short.milli)} by ${inline(short.login, 40)} does not count`;
  switch (short.why) {
    case 'cover':
      return `${offer}: ${lacksCredits(short.milli, short.has)}.`;
    case 'price':
      return `${offer}: a run here costs ${credits(short.price)}, so bid at least that.`;
    case 'machine':
      return `${offer} now: no lent machine that takes paid runs is free.`;
  }
}

/** Why an offer is not covered. */
export function lacksCredits(wanted: number, { free, held, pending }: Credits): string {
  const holds = held > 0 ? `; ${credits(held)} are held by other pull requests` : '';
  const waits = pending > 0 ? `; ${credits(pending)} are pending and cannot be spent yet` : '';
  return `${credits(wanted)} are asked for, and the account has ${credits(free)} to spend${holds}${waits}`;
}

/** While its runs are out. Null where none started before its turn. */
export function paysSection(paid: Payer[] | undefined): string | null {
  if (!paid || paid.length === 0) return null;
  return `It started before its turn, for ${payers(paid)}. They are charged with the verdict.`;
}

/** In the verdict. @param unpaid what accounts did not have any more when the result was written */
export function paidSection({ paid = [] }: { paid?: Paid[] | undefined }, unpaid: Payer[]): string | null {
  const lines = [
    paid.length > 0 && `It started before its turn: ${payers(paid)} went to the common purse.`,
    unpaid.length > 0 &&
      `Not charged: ${payers(unpaid)}. The account had less when the result was written, so its bid was dropped.`,
  ];
  return lines.filter(Boolean).join('\n\n') || null;
}
