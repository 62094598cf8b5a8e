import type { QueueEntry, Snapshot } from '../../app/model/snapshot.ts';
import type { OverallKey } from '../../app/model/state.ts';
import { weekOf } from '../../core/calendar.ts';
import { pricesOf } from '../../core/credits/prices.ts';
import { type Ledger, openLedger } from '../../core/formats/ledger.ts';
import { CONFIG, read } from '../examples/config.ts';
import { BLOB, NOW, sha } from '../examples/names.ts';
import { queueEntry, snapshot } from './snapshot.ts';

/** Pull request 41 of nova (14) on a track with one place, where a run costs 72 credits. For tests of what decides. */

export const oneplace = read(CONFIG.replace('capacity: 2', 'capacity: 1'));
export const PRICE = 72_000;

/** A ledger in which accounts may spend so many credits. */
export function ledgerWith(accounts: Record<string, number>): Ledger {
  const week = weekOf(NOW);
  const lots = Object.entries(accounts).map(([account, credits]) => [
    account,
    { lots: credits > 0 ? [{ week, milli: credits * 1000 }] : [], debt: 0 },
  ]);
  return { ...openLedger(NOW, pricesOf(oneplace)), accounts: Object.fromEntries(lots) };
}

/** Another pull request that waits, opened before number 41. */
export function other(
  pull: number,
  key: Partial<OverallKey> = {},
  change: Partial<QueueEntry> = {},
): QueueEntry {
  const overall = { blob: sha('9'), track: 'cpu', state: 'queued' as const, ...key };
  return queueEntry(pull, { overall, ...change });
}

/** @param bid in the description; null without one */
export function bidding(
  bid: number | null,
  accounts: Record<string, number>,
  change: Partial<Snapshot['pull']> = {},
  more: Partial<Snapshot> = {},
): Snapshot {
  const at = snapshot({ authorId: 14, ...change }, { queue: [other(2)], ...more });
  const { description } = at.pull;
  if (!description.ok) throw new Error('the example has a description');
  return {
    ...at,
    pull: { ...at.pull, description: { ok: true, value: { ...description.value, bid } } },
    main: {
      ...at.main,
      config: { ok: true, value: oneplace },
      ledger: { ok: true, value: ledgerWith(accounts) },
    },
  };
}

/** Of the pull request's present file. */
export function sponsor(id: number, credits: number, blob = BLOB) {
  return { id, login: `sponsor-${id}`, credits, blob };
}
