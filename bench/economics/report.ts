import { readFileSync } from 'node:fs';
import {
  type Battery,
  batteryOf,
  type Chain,
  type Cost,
  chainOf,
  costsOf,
  type Prices,
  type Proof,
  pricesSchema,
  proofsOf,
  type Range,
  type Usage,
} from './costs.ts';

/** All that `npm run bench:economics` says, as one value. */
export interface Report {
  /** The repository whose results these are; null for the simulation. */
  from: string | null;
  usdPerKwh: Range;
  usages: Usage[];
  costs: Cost[];
  battery: Battery;
  chain: Chain;
  proofs: Proof[];
  prices: Prices;
}

export const PRICES = pricesSchema.parse(
  JSON.parse(readFileSync(new URL('prices.json', import.meta.url), 'utf8')),
);

/** A run on a card here, for what is said of any track of this kind. */
const CARD_SECONDS = 360;

export function reportOf(
  usages: Usage[],
  from: string | null,
  usdPerKwh: Range = PRICES.electricity.usdPerKwh,
): Report {
  const costs = usages.flatMap((usage) => costsOf(usage, PRICES, usdPerKwh));
  const card = { name: '', device: 'cuda', seconds: CARD_SECONDS, candidates: 1, merges: 0 } as const;
  const one = costsOf({ ...card, runs: 1, incumbent: 0, audits: 0, scorings: 0 }, PRICES, usdPerKwh);
  return {
    ...{ from, usdPerKwh, usages, costs, prices: PRICES },
    battery: batteryOf(PRICES, usdPerKwh, CARD_SECONDS),
    chain: chainOf(PRICES, one, usdPerKwh),
    proofs: proofsOf(PRICES, CARD_SECONDS),
  };
}
