import type { Markish } from '@observablehq/plot';
import { SHADES, shaded } from '../cells.ts';

/** A heat map as one path a shade: rows of shares from 0 to 1, at equally distant places. The chart has a band for each row. */

/** Of the most in a row. */
const LEAST = 0.02;

export function shades(rows: readonly (readonly number[])[], places: readonly number[]): Markish {
  return (_index, scales, _values, _dimensions, { document }) => {
    const y = scales.y as ((row: number) => number) & { bandwidth(): number };
    const x = scales.x as (place: number) => number;
    const step = (places.at(-1)! - places[0]!) / (places.length - 1);
    const height = Math.max(2, Math.round(y.bandwidth()));
    const paths = Array.from({ length: SHADES }, () => '');
    for (const [i, row] of rows.entries()) {
      // What is next to nothing is left as paper.
      const shade = (k: number) =>
        row[k]! < LEAST ? -1 : Math.min(SHADES - 1, Math.floor(row[k]! * SHADES));
      for (let from = 0; from < row.length; ) {
        let to = from + 1;
        while (to < row.length && shade(to) === shade(from)) to += 1;
        const [left, right] = [x(places[from]! - step / 2), x(places[to - 1]! + step / 2)].map(
          Math.round,
        ) as [number, number];
        if (shade(from) >= 0)
          paths[shade(from)] += `M${left} ${Math.round(y(i))}h${right - left}v${height}h${left - right}z`;
        from = to;
      }
    }
    return shaded(document, paths);
  };
}
