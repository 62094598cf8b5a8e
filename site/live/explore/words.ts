import { count } from '../../../core/text/plural.ts';
import { minuteOf } from '../../../core/text/time.ts';
import type { Columns } from '../../columns.ts';
import { type Choice, columnAt, type Scales } from './scales.ts';

/** What the canvas shows, in words. */

export interface Said {
  text: string;
  /** The pull request with the lowest loss where the cursor stands. */
  lowest: number | null;
}

/** @param at the column of so many where the cursor stands */
export function saidOf(
  data: Columns,
  scales: Scales,
  choice: Choice,
  at: number | null,
  columns: number,
): Said {
  const { xs, from, to } = scales;
  if (at === null) {
    const shown = xs.filter((x) => x >= from && x <= to).length;
    const all = choice.range === 'all' ? 'All ' : '';
    const text = `${all}${count(shown, 'experiment')} from ${dayOf(from, choice)} to ${dayOf(to, choice)}; ${upOf(scales, choice)}, what lies beyond is on the edge.`;
    return { text, lowest: null };
  }
  let [n, none, best, lowest] = [0, 0, Number.POSITIVE_INFINITY, null as number | null];
  for (const [i, x] of xs.entries()) {
    if (columnAt(x, scales, columns) !== at) continue;
    const value = data.loss[i];
    if (value == null) none += 1;
    else {
      n += 1;
      if (value < best) [best, lowest] = [value, data.pull[i]!];
    }
  }
  const begins = placeOf(from + (at / columns) * (to - from), choice);
  return {
    text: `From ${begins}: ${n} with a loss${n > 0 ? `, the lowest ${micro(best)}` : ''}, ${none} failed.`,
    lowest,
  };
}

/** A place across: a time, or the number of an experiment. */
export function placeOf(x: number, { x: axis }: Pick<Choice, 'x'>): string {
  if (axis === 'order') return `experiment ${Math.ceil(x)}`;
  return minuteOf(new Date(x * 60_000).toISOString());
}

function dayOf(x: number, choice: Choice): string {
  return choice.x === 'order' ? `number ${Math.round(x)}` : placeOf(x, choice).slice(0, 10);
}

function upOf({ low, high }: Scales, { y }: Choice): string {
  return y === 'loss'
    ? `loss from ${micro(low)} to ${micro(high)}`
    : `gap to the record from ${micro(10 ** low)} to ${micro(10 ** high)} bits per byte, each power of ten as high`;
}

const micro = (loss: number) => (loss / 1e6).toFixed(4);
