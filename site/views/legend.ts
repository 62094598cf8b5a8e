import type { Markish } from '@observablehq/plot';
import { nodesOf } from './node.ts';

/** What is drawn how, named above the frame. */
export interface Named {
  name: string;
  className: string;
  /** A piece of a line; left out: a square. */
  line?: true;
}

/** A mark of Plot. On a wide chart words stand far apart: a small screen draws them larger. */
export function legend(named: readonly Named[]): Markish {
  return (_index, _scales, _values, { marginLeft, width }, { document }) => {
    const node = nodesOf(document);
    const group = node('g');
    const letter = width < 600 ? 5.8 : 8;
    let x = marginLeft;
    for (const { name, className, line } of named) {
      group.append(
        line
          ? node('line', { x1: x, x2: x + 18, y1: 11, y2: 11, class: className })
          : node('rect', { x, y: 6, width: 10, height: 10, class: className }),
        node('text', { x: x + (line ? 22 : 14), y: 15, 'text-anchor': 'start' }, name),
      );
      x += (line ? 28 : 20) + name.length * letter;
    }
    return group;
  };
}
