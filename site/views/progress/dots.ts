import type { Markish } from '@observablehq/plot';
import { nodesOf } from '../node.ts';

/**
 * All experiments as one path. A plot of 100,000 has no more nodes than one of ten, and those that fall on one place are drawn once:
 * dots are four pixels wide, and so is the grid they lie on.
 */
const WIDTH = 4;

export interface Place {
  at: string;
  valBpb: number;
}

/** A mark of Plot that draws with the plot's own scales. The same experiments give the same path, and new ones change little of it. */
export function dots(places: Place[], className: string): Markish {
  return (_index, scales, _values, _dimensions, { document }) => {
    const [x, y] = [scales.x as (at: Date) => number, scales.y as (loss: number) => number];
    return path(
      document,
      className,
      places.map(({ at, valBpb }) => [x(new Date(at)), y(valBpb)]),
    );
  };
}

/** The same for what has a time and no loss, above the frame. */
export function rug(times: string[], className: string): Markish {
  return (_index, scales, _values, { marginTop }, { document }) => {
    const x = scales.x as (at: Date) => number;
    return path(
      document,
      className,
      times.map((at) => [x(new Date(at)), marginTop - 2 * WIDTH]),
    );
  };
}

/** What stays at a value until it changes, as one line that takes steps; null: there is none. Of what falls on one place the last is drawn. */
export function steps(changes: readonly { at: string; valBpb: number | null }[], className: string): Markish {
  return (_index, scales, _values, { width, marginRight }, { document }) => {
    const [x, y] = [scales.x as (at: Date) => number, scales.y as (loss: number) => number];
    const heights = new Map<number, number>();
    for (const [i, { at, valBpb }] of changes.entries()) {
      if (valBpb === null) continue;
      const next = changes[i + 1];
      const end = next ? x(new Date(next.at)) : width - marginRight;
      for (let column = onGrid(x(new Date(at))); column <= end; column += WIDTH)
        heights.set(column, Math.round(y(valBpb)));
    }
    const columns = [...heights.keys()].toSorted((a, b) => a - b);
    const d = columns.map((column, i) => {
      const [height, last] = [heights.get(column)!, columns[i - 1]];
      if (last !== column - WIDTH) return `M${column} ${height}h${WIDTH}`;
      return heights.get(last) === height ? `H${column + WIDTH}` : `V${height}h${WIDTH}`;
    });
    return nodesOf(document)('path', { class: className, d: d.join('').replace(/(H\d+)+(?=H)/g, '') });
  };
}

function path(document: Document, className: string, places: [number, number][]): SVGElement {
  const columns = new Map<number, Set<number>>();
  for (const [x, y] of places) {
    const column = onGrid(x);
    columns.set(column, (columns.get(column) ?? new Set()).add(onGrid(y)));
  }
  return nodesOf(document)('path', { class: className, d: inOrder(columns).join('') });
}

function inOrder(columns: Map<number, Set<number>>): string[] {
  const rising = (values: Iterable<number>) => [...values].toSorted((a, b) => a - b);
  return rising(columns.keys()).flatMap((column) =>
    rising(columns.get(column)!).map((row) => `M${column} ${row}h0`),
  );
}

function onGrid(pixel: number): number {
  return WIDTH * Math.round(pixel / WIDTH);
}
