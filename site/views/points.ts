import type { Markish } from '@observablehq/plot';
import { nodesOf } from './node.ts';

/** Points as one path a kind, each kind with its own sign, so that colour is never alone. The chart names its domains itself. */

const SIGNS = {
  dot: 'm-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0z',
  cross: 'm-3 -3l6 6m0 -6l-6 6',
  square: 'm-3 -3h6v6h-6z',
};

export function points(
  places: readonly { x: number; y: number }[],
  sign: keyof typeof SIGNS,
  className: string,
): Markish {
  return (_index, scales, _values, _dimensions, { document }) => {
    const [x, y] = [scales.x as (at: number) => number, scales.y as (at: number) => number];
    const d = places.map((place) => `M${x(place.x).toFixed(1)} ${y(place.y).toFixed(1)}${SIGNS[sign]}`);
    return nodesOf(document)('path', { class: className, d: d.join('') });
  };
}

/** From the least to the greatest value, and not empty. */
export function domainOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? [low - 1, high + 1] : [low, high];
}
