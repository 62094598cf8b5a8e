import type { Config } from '../formats/config.ts';
import type { Ledger, Prices } from '../formats/ledger.ts';
import { own } from '../names.ts';

/** What a run pays: nominal seconds times the track's rate, whatever a machine's own clock says. */

/** Thousandths of a credit for a second, where the configuration gives no rate: a credit is one second of a machine. */
export const RATE = 1000;

/** Scoring, as a share of the training: on a card 65 s beside 300 (shared measurements), on a processor less. */
const SCORING_SHARE = 0.2;

/** What a run of a track with this budget is paid for, and a scoring alone. */
export function nominalSeconds(budgetSeconds: number): { run: number; scoring: number } {
  const scoring = budgetSeconds * SCORING_SHARE;
  return { run: budgetSeconds + scoring, scoring };
}

/** The prices that a configuration sets. Earnings are rounded down. */
export function pricesOf({ tracks }: Pick<Config, 'tracks'>): Prices {
  const of = (seconds: number, rate: number) => Math.floor(seconds * rate);
  return Object.fromEntries(
    Object.entries(tracks).map(([name, track]) => {
      const { run, scoring } = nominalSeconds(track['budget-seconds']);
      const rate = track.credits ?? RATE;
      return [name, { run: of(run, rate), scoring: of(scoring, rate), second: rate }];
    }),
  );
}

/** The price of a run that ended then: as it was, so that it can be taken back as it was paid. Nothing for unknown tracks. */
export function priceAt({ prices }: Pick<Ledger, 'prices'>, track: string, at: string): Prices[string] {
  const time = Date.parse(at);
  const known = prices.findLast(({ since }) => Date.parse(since) <= time) ?? prices[0]!;
  return own(known.prices, track) ?? { run: 0, scoring: 0 };
}

/** The ledger from now on with these prices; itself where nothing changed. @param now ISO 8601 */
export function withPrices(ledger: Ledger, prices: Prices, now: string): Ledger {
  const last = ledger.prices.at(-1)!;
  if (JSON.stringify(sorted(last.prices)) === JSON.stringify(sorted(prices))) return ledger;
  const earlier = ledger.prices.filter(({ since }) => Date.parse(since) < Date.parse(now));
  return { ...ledger, prices: [...earlier, { since: now, prices }] };
}

function sorted(prices: Prices): unknown[] {
  return Object.keys(prices)
    .sort()
    .map((track) => [track, prices[track]!.run, prices[track]!.scoring, prices[track]!.second]);
}
