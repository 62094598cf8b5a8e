import type { Costs } from '../core/formats/lending/client-event.ts';

/** What a job costs its owner in electricity, at most, and what it earns. */

interface Known {
  /** What the owner says that the whole computer draws at work; null: they did not say. */
  computerWatts: number | null;
  /** The most that the graphics card may draw, by its driver; null where there is none, or it does not say. */
  cardWatts: number | null;
  /** What a job takes at most. */
  seconds: number;
  /** Of a kilowatt-hour, in the owner's money. */
  price: number | null;
}

/** The owner's own figure is of the whole computer, so it goes before the card's limit. */
export function costsOf({ computerWatts, cardWatts, seconds, price }: Known): Costs {
  const watts = computerWatts ?? cardWatts;
  const of =
    computerWatts !== null
      ? 'the whole computer'
      : cardWatts !== null
        ? "the card's limit, without the rest of the computer"
        : '';
  const kWh = watts === null ? null : (watts * seconds) / 3_600_000;
  return { watts, of, seconds, kWh, money: kWh === null || price === null ? null : kWh * price, price };
}

/** For people, before lending begins. */
export function describeCosts({ watts, of, seconds, kWh, money, price }: Costs): string {
  const job = `A job takes up to ${duration(seconds)}`;
  if (watts === null || kWh === null)
    return `${job}. What it draws is not known: no driver of a graphics card tells, and you have not said.`;
  const draws = `${job} and draws up to ${Math.round(watts)} W (${of}): ${figure(kWh)} kWh`;
  if (money === null || price === null) return `${draws}. With --price it is said in money.`;
  return `${draws}, ${figure(money)} at ${price} a kWh.`;
}

/** @param seconds that a run is paid for */
export function describeEarnings(seconds: number): string {
  return `It earns a measured run under your name, and ${Math.round(seconds)} nominal seconds, for which credits are counted.`;
}

/** Two digits that say something, however small. */
function figure(value: number): string {
  return value >= 1 ? value.toFixed(2) : String(Number(value.toPrecision(2)));
}

export function duration(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** A number that somebody typed, with a point or a comma. Null: nothing was typed. Undefined: it is none. */
export function typedNumber(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return /^\d{1,6}([.,]\d{1,6})?$/.test(trimmed) ? Number(trimmed.replace(',', '.')) : undefined;
}
