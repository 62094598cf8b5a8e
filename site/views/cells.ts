import type { Markish } from '@observablehq/plot';
import { nodesOf } from './node.ts';

/** Counts on a grid as squares, darker for more: one path a shade, however many experiments there are. */

/** `CHART_STYLE` has a colour for each. */
export const SHADES = 6;

export interface Bins {
  x: (number | Date)[];
  y: number[];
}

/** @param size of a square in pixels */
export function cells({ x: xs, y: ys }: Bins, size = 6): Markish {
  return (_index, scales, _values, { marginTop, marginLeft }, { document }) => {
    const [x, y] = [scales.x as (at: number | Date) => number, scales.y as (at: number) => number];
    const counts = new Map<string, number>();
    for (const [i, at] of xs.entries()) {
      const column = Math.floor((x(at) - marginLeft) / size);
      const row = Math.floor((y(ys[i]!) - marginTop) / size);
      const key = `${column} ${row}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const most = Math.max(...counts.values());
    const paths = Array.from({ length: SHADES }, () => '');
    for (const [key, n] of counts) {
      const [column, row] = key.split(' ').map(Number) as [number, number];
      const shade = most === 1 ? 0 : Math.floor((Math.log(n) / Math.log(most)) * (SHADES - 1));
      paths[shade] += `M${marginLeft + column * size} ${marginTop + row * size}h${size}v${size}h-${size}z`;
    }
    return shaded(document, paths);
  };
}

/** A path a shade, the lightest first. */
export function shaded(document: Document, paths: readonly string[]): SVGElement {
  const node = nodesOf(document);
  const group = node('g');
  for (const [shade, d] of paths.entries())
    if (d !== '') group.append(node('path', { class: `cell shade${shade}`, d }));
  return group;
}

/** Values beyond the ends lie at the ends. */
export function within(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
