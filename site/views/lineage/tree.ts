import type { Markish, PlotOptions } from '@observablehq/plot';
import type { Step } from '../../summary/lineage.ts';
import { frame } from '../frame.ts';
import { nodesOf } from '../node.ts';
import type { Size } from '../size.ts';

/** Records from left to right, with what led to each beneath it and arcs for what authors say they build on. */

/** A change that is adopted and not certified, after the last record. */
export interface Link {
  pull: number;
}

/** Names beneath a record; of more, a count. */
const NAMED = 5;
const LINE = 15;

export function tree(steps: readonly Step[], links: readonly Link[], size: Size, title: string): PlotOptions {
  const most = size.width < 600 ? 6 : 16;
  const guesses = links.slice(-Math.floor(most / 3));
  const shown = steps.slice(-(most - guesses.length));
  const columns = shown.map((step): Column => ({ ...step, ...foundIn(step, shown) }));
  const step = (size.width - 60) / (columns.length + guesses.length);
  const reach = columns.flatMap(({ arcs }, i) => arcs.map((from) => rise((i - from) * step)));
  const spine = 24 + Math.max(0, ...reach);
  const foot = spine + 44 + LINE * Math.max(0, ...columns.map(({ lines }) => lines.length));
  return {
    ...frame({ ...size, height: foot + 12 }, title),
    marginLeft: 44,
    x: { type: 'point', domain: [...columns, ...guesses].map((_, i) => i), axis: null, padding: 0.6 },
    y: { axis: null },
    marks: [drawing(columns, guesses, { spine, foot })],
  };
}

interface Column extends Step {
  /** Columns of the records that its author names. */
  arcs: number[];
  /** What stands beneath it. */
  lines: string[];
}

function foundIn({ chain, named }: Step, shown: readonly Step[]): Pick<Column, 'arcs' | 'lines'> {
  const columnOf = (pull: number) => shown.findIndex(({ holder }) => holder.pull === pull);
  const others = [
    ...chain.map((pull) => `◇ #${pull}`),
    ...named.filter((pull) => columnOf(pull) < 0 && !chain.includes(pull)).map((pull) => `· #${pull}`),
  ];
  const more = others.length - NAMED;
  return {
    arcs: named.map(columnOf).filter((column) => column >= 0),
    lines: more > 0 ? [...others.slice(0, NAMED - 1), `+ ${more + 1}`] : others,
  };
}

function drawing(
  columns: readonly Column[],
  guesses: readonly Link[],
  { spine, foot }: { spine: number; foot: number },
): Markish {
  return (_index, scales, _values, _dimensions, { document }) => {
    const node = nodesOf(document);
    const x = (i: number) => Math.round((scales.x as (i: number) => number)(i));
    const group = node('g');
    const add = (...parts: Parameters<typeof node>) => group.append(node(...parts));
    const word = (at: number, y: number, text: string, end = 'middle') =>
      add('text', { x: at, y, 'text-anchor': end }, text);
    const last = columns.length - 1;
    add('path', { class: 'best', fill: 'none', d: `M${x(0)} ${spine}H${x(last)}` });
    if (guesses.length > 0)
      add('path', { class: 'frontier', d: `M${x(last)} ${spine}H${x(last + guesses.length)}` });
    word(4, foot, 'tries', 'start');
    for (const [i, { holder, arcs, lines, tries }] of columns.entries()) {
      for (const from of arcs) add('path', { class: 'claim', d: arc(x(from), x(i), spine - 6) });
      add('circle', { class: 'record', cx: x(i), cy: spine, r: 5 });
      word(x(i), spine + 20, holder.pull === null ? 'first' : `#${holder.pull}`);
      for (const [k, line] of lines.entries()) word(x(i), spine + 36 + LINE * k, line);
      word(x(i), foot, String(tries));
    }
    for (const [k, { pull }] of guesses.entries()) {
      add('circle', { class: 'guess', fill: 'none', cx: x(last + 1 + k), cy: spine, r: 4 });
      word(x(last + 1 + k), spine + 20, `#${pull}`);
    }
    return group;
  };
}

/** Higher the farther it reaches. */
function rise(distance: number): number {
  return Math.min(110, 18 + Math.abs(distance) * 0.35);
}

function arc(from: number, to: number, foot: number): string {
  const top = foot - rise(to - from) * (4 / 3); // a curve of this kind comes three quarters of the way
  return `M${from} ${foot}C${from} ${top} ${to} ${top} ${to} ${foot}`;
}
