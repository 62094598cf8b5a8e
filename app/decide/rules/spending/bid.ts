import { available, type Hold, heldBy, pendingOf } from '../../../../core/credits/holds.ts';
import { pricesOf } from '../../../../core/credits/prices.ts';
import { type Ledger, openLedger } from '../../../../core/formats/ledger.ts';
import type { Paid } from '../../../../core/formats/result.ts';
import type { Snapshot } from '../../../model/snapshot.ts';
import type { Settings } from '../../state/settings.ts';
import { committedOf } from './committed.ts';
import { holdsOf } from './holds.ts';
import { accountOfPerson, type Person } from './payer.ts';
import { bidOf } from './starts.ts';

/** What is bid for a pull request's file: by its author in the description, by others with `/sponsor`. */

export interface Offer {
  account: string;
  login: string;
  /** What is left of it, in thousandths of a credit. */
  milli: number;
  for: Paid['for'];
}

/** Why an offer does not count. */
export type Short = { login: string; milli: number } & (
  | { why: 'cover'; has: Credits }
  /** All that is bid together is less than one run costs. */
  | { why: 'price'; price: number }
  /** No lent machine of the track takes runs that are paid for, or none is free. */
  | { why: 'machine' }
);

/** What an account may spend, what of it other pull requests hold, and what nobody has vouched for yet. */
export interface Credits {
  free: number;
  held: number;
  pending: number;
}

export interface Bid {
  /** Covered: they are held for this pull request. */
  offers: Offer[];
  short: Short[];
  /** Of one run on the track. */
  price: number;
}

/** What a person may spend here beside what is held elsewhere. @param isHolding what this pull request wants is in its own check already */
export function creditsOf(
  snapshot: Snapshot,
  { config }: Pick<Settings, 'config'>,
  person: Person,
  isHolding: (account: string) => boolean = () => false,
): { account: string | null; credits: Credits } {
  const ledger = ledgerOf(snapshot);
  const account = accountOfPerson(person, ledger, config);
  if (account === null) return { account, credits: { free: 0, held: 0, pending: 0 } };
  const holds = heldElsewhere(snapshot, isHolding(account));
  const credits = {
    free: available(ledger, account, holds),
    held: heldBy(account, holds),
    pending: pendingOf(ledger, account),
  };
  return { account, credits };
}

/** A ledger that cannot be read funds nothing. */
function ledgerOf({ main, now }: Pick<Snapshot, 'main' | 'now'>): Ledger {
  return main.ledger?.ok ? main.ledger.value : openLedger(now, {});
}

/**
 * Two looks at once may hold the same credits twice. Then the older pull request keeps them, unless the other's runs have spent them;
 * and the commit has the last word.
 */
function heldElsewhere(snapshot: Snapshot, isHolding: boolean): Hold[] {
  const { pull, queue, closed = [] } = snapshot;
  const others = [...queue, ...closed].filter((entry) => entry.pull !== pull.number);
  const counting = others.filter((entry) => !isHolding || entry.pull < pull.number || bidOf(entry) === 0);
  return [...holdsOf(counting), ...committedOf(snapshot)];
}

/** What is offered for the present file, and how much of it is left: another file is bid for anew. */
export function bidOn(snapshot: Snapshot, settings: Settings, track: string): Bid {
  const { pull } = snapshot;
  const price = pricesOf(settings.config)[track]?.run ?? 0;
  const offers: Offer[] = [];
  const short: Short[] = [];
  const mine = pull.heads.flatMap(({ overall }) => overall?.key.holds ?? []);
  for (const offer of offered(snapshot)) {
    const left = (account: string | null) => offer.milli - spentOf(snapshot, account, offer.for);
    const isHolding = (account: string) => heldBy(account, mine) >= left(account);
    const { account, credits } = creditsOf(snapshot, settings, offer.by, isHolding);
    const milli = left(account);
    const login = offer.by.login;
    if (milli <= 0) continue;
    if (account === null || milli > credits.free) short.push({ login, milli, why: 'cover', has: credits });
    else offers.push({ account, login, milli, for: offer.for });
  }
  const isEnough = offers.reduce((sum, { milli }) => sum + milli, 0) >= price && price > 0;
  if (isEnough) return { offers, short, price };
  const small = offers.map(({ login, milli }): Short => ({ login, milli, why: 'price', price }));
  return { offers: [], short: [...short, ...small], price };
}

/** The same when no machine takes it: it waits as if nothing were bid. */
export function withoutMachine({ offers, short, price }: Bid): Bid {
  const left = offers.map(({ login, milli }): Short => ({ login, milli, why: 'machine' }));
  return { offers: [], short: [...short, ...left], price };
}

function offered({ pull }: Snapshot): { by: Person; milli: number; for: Paid['for'] }[] {
  const bid = pull.description.ok ? pull.description.value.bid : null;
  const file = pull.file?.oid;
  return [
    ...pull.reply.sponsors
      .filter(({ blob }) => blob === file)
      .map(({ id, login, credits }) => ({
        ...{ by: { login, id }, milli: credits * 1000, for: 'sponsor' as const },
      })),
    ...(bid === null
      ? []
      : [{ by: { login: pull.author, id: pull.authorId ?? null }, milli: bid * 1000, for: 'bid' as const }]),
  ];
}

/** Of an offer for the present file: by its records, and by runs that are out. */
function spentOf(snapshot: Snapshot, account: string | null, kind: Paid['for']): number {
  const { pull, results } = snapshot;
  const ofFile = results.filter(
    ({ result }) =>
      result.pull === pull.number &&
      (result.blob === pull.file?.oid || result.composedFrom === pull.file?.oid),
  );
  const paid = [
    ...ofFile.flatMap(({ result }) => result.paid ?? []),
    ...committedOf(snapshot).filter(({ run }) => run.key.blob === pull.file?.oid),
  ];
  return paid
    .filter((one) => one.account === account && one.for === kind)
    .reduce((sum, { milli }) => sum + milli, 0);
}

/** Who pays one run: sponsors first, in the order in which they came. */
export function payersOf({ offers, price }: Bid): Omit<Paid, 'runId'>[] {
  let left = price;
  return offers.flatMap(({ milli, ...offer }) => {
    const share = Math.min(left, milli);
    left -= share;
    return share > 0 ? [{ ...offer, milli: share }] : [];
  });
}
