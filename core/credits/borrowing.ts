import type { Borrowed, BorrowedRun } from '../formats/borrowing/record.ts';
import type { TrackConfig } from '../formats/config.ts';
import type { Ledger } from '../formats/ledger.ts';
import { worthAfter } from './earnings.ts';
import { priceAt, RATE } from './prices.ts';

/** What a borrowed run costs: the seconds that were asked for times the track's rate. Nothing is scored, so no scoring is paid. */

/** Thousandths of a credit that some copies cost at most: so much is held. */
export function borrowPrice(track: Pick<TrackConfig, 'credits'>, seconds: number, copies: number): number {
  return seconds * copies * (track.credits ?? RATE);
}

/** What a run is worth at the prices of then, whatever its record says. A crash is worth a fifth, as everywhere. */
export function worthOf(
  { track }: Pick<Borrowed, 'track'>,
  { seconds, outcome }: Pick<BorrowedRun, 'seconds' | 'outcome'>,
  ledger: Pick<Ledger, 'prices'>,
  at: string,
): number {
  return worthAfter(outcome, seconds * (priceAt(ledger, track, at).second ?? 0));
}
