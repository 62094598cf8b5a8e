import type { Columns } from '../../columns.ts';

/** Which experiments are shown, and where: pure, so that it is the same for the canvas, the words and the tests. */

export const RANGES = {
  all: 'all of it',
  '90': 'the last 90 days',
  '30': 'the last 30 days',
  '7': 'the last 7 days',
  own: 'as chosen below',
};
export type Range = keyof typeof RANGES;

/** Across: by time, or each experiment as far from the next. Up: the loss, or how much it is above the record, by powers of ten. */
export const ACROSS = { time: 'time', order: 'experiments' };
export const UP = { loss: 'loss', gap: 'gap to the record (log)' };

export interface Choice {
  x: keyof typeof ACROSS;
  y: keyof typeof UP;
  range: Range;
  /** Of the range `own`: minutes, or numbers in order. */
  from: number | null;
  to: number | null;
}

export interface Span {
  from: number;
  to: number;
}

export interface Scales extends Span {
  /** All there is, of which `from` to `to` is shown. */
  whole: Span;
  /** Where each experiment lies across. */
  xs: readonly number[];
  /** How high a loss lies, from `low` to `high`. */
  heightOf: (loss: number) => number;
  low: number;
  high: number;
}

/** Smaller gaps, and losses below the record, are drawn as this: a ten-thousandth of a bit per byte. */
const LEAST_GAP = 100;

/** @param best the record, millionths of a bit per byte */
export function scalesOf(columns: Columns, choice: Choice, best: number): Scales {
  const { minute, loss } = columns;
  const xs = choice.x === 'time' ? minute : minute.map((_, i) => i + 1);
  const whole = { from: xs[0] ?? 0, to: Math.max(xs.at(-1) ?? 0, (xs[0] ?? 0) + 1) };
  const { from, to } = spanOf(columns, choice, xs, whole);
  const heightOf =
    choice.y === 'loss' ? (one: number) => one : (one: number) => Math.log10(Math.max(LEAST_GAP, one - best));
  const heights = Float64Array.from(
    loss.flatMap((one, i) => (one === null || xs[i]! < from || xs[i]! > to ? [] : heightOf(one))),
  ).sort();
  const at = (share: number) => heights[Math.floor(share * (heights.length - 1))] ?? 0;
  const room = Math.max(choice.y === 'loss' ? 1 : 0.05, (at(0.98) - at(0)) * 0.05);
  return { whole, from, to, xs, heightOf, low: at(0) - room, high: at(0.98) + room };
}

function spanOf({ minute }: Columns, { range, from, to }: Choice, xs: readonly number[], whole: Span): Span {
  if (range === 'all') return whole;
  if (range === 'own') return within({ from: from ?? whole.from, to: to ?? whole.to }, whole);
  const since = (minute.at(-1) ?? 0) - Number(range) * 1440;
  const first = minute.findIndex((at) => at >= since);
  return within({ from: xs[first] ?? whole.from, to: whole.to }, whole);
}

/** In order, inside of all there is, and not empty. */
export function within({ from, to }: Span, whole: Span): Span {
  const [low, high] = from <= to ? [from, to] : [to, from];
  const least = Math.min(1, whole.to - whole.from);
  const begins = Math.max(whole.from, Math.min(low, whole.to - least));
  return { from: begins, to: Math.min(whole.to, Math.max(high, begins + least)) };
}

/** So many times as long, around a place; moved where it would reach beyond all there is. */
export function zoomed({ from, to, whole }: Scales, factor: number, around: number): Span {
  const length = Math.min(whole.to - whole.from, Math.max(1, (to - from) * factor));
  const share = (around - from) / (to - from);
  const begins = Math.max(whole.from, Math.min(around - share * length, whole.to - length));
  return within({ from: Math.round(begins), to: Math.round(begins + length) }, whole);
}

/** As long, so much of its length further. */
export function moved({ from, to, whole }: Scales, share: number): Span {
  const step = Math.max(whole.from - from, Math.min((to - from) * share, whole.to - to));
  return { from: Math.round(from + step), to: Math.round(to + step) };
}

/** The column of so many in which a place lies; null outside. */
export function columnAt(x: number, { from, to }: Span, columns: number): number | null {
  return x < from || x > to ? null : Math.min(columns - 1, Math.floor(((x - from) / (to - from)) * columns));
}
