/**
 * Who starts next where credits are bid (docs/credits.md). Pure, and of numbers alone: `bench/credits` plays with the same functions.
 *
 * Every second start goes by the order without bids. That needs no database: each start while a bid waits has a number, which is one
 * more than the latest known; even numbers go by bids. No number is given twice, so between two starts that went by bids one went
 * without, as long as anybody waits without a bid.
 */

/** What waits for its first run. */
export interface Asking {
  /** The author's pull requests in line, this one among them. */
  requests: number;
  /** Credits that are bid for it and covered; 0 without. */
  bid: number;
}

/** So many requests in line halve an author's weight. */
const HALF_AT = 6;
/** The first so many credits double a weight; twice as many again add half as much. */
const UNIT = 300;
/** However much is bid. */
const MOST = 3;

/** A pull request's weight: the fewer requests its author has in line and the more is bid, the earlier its turn. */
export function weightOf({ requests, bid }: Asking): number {
  const few = HALF_AT ** 2 / (HALF_AT ** 2 + requests ** 2);
  return few * Math.min(MOST, 1 + Math.log2(1 + bid / UNIT));
}

/** Whether the start with this number goes by bids. */
export function isByBids(start: number): boolean {
  return start % 2 === 0;
}

/**
 * The order by bids: each that bids goes before those that it outweighs. Without bids it is the order that was given.
 * @param waiting in their order without bids
 */
export function byBids<T extends Asking>(waiting: readonly T[]): T[] {
  const weights = new Map(waiting.map((one) => [one, weightOf(one)]));
  const weight = (one: T) => weights.get(one)!;
  // Sorting is stable: of equal weights who came first.
  let bidding = waiting.filter(({ bid }) => bid > 0).toSorted((a, b) => weight(b) - weight(a));
  const order: T[] = [];
  for (const [place, one] of waiting.entries()) {
    if (one.bid > 0) continue;
    const earlier = new Set(waiting.slice(0, place));
    const goes = (other: T) => weight(other) > weight(one) || earlier.has(other);
    order.push(...bidding.filter(goes), one);
    bidding = bidding.filter((other) => !goes(other));
  }
  return [...order, ...bidding];
}

/**
 * The order in which they start, if nobody else comes: by bids and without them in turn.
 * @param waiting in their order without bids
 * @param start number of the next start
 */
export function inTurns<T extends Asking>(waiting: readonly T[], start: number): T[] {
  const orders = { bids: byBids(waiting), unpaid: waiting };
  const line = new Set<T>();
  for (let number = start; line.size < waiting.length; number += 1)
    line.add(orders[isByBids(number) ? 'bids' : 'unpaid'].find((one) => !line.has(one))!);
  return [...line];
}
