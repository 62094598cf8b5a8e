import { barY, gridY, type Markish, type PlotOptions, ruleY } from '@observablehq/plot';
import { frame } from './frame.ts';
import { nodesOf } from './node.ts';
import type { Size } from './size.ts';

/** A part of a bar. */
export interface Bar {
  at: string;
  kind: string;
  value: number;
}

/** Stacked bars in order of time. @param kinds each with its own colour, at most six, named in the legend */
export function bars(shown: readonly Bar[], kinds: readonly string[], label: string, title: string) {
  const times = [...new Set(shown.map(({ at }) => at))];
  const sums = new Map<string, number>();
  for (const { at, kind, value } of shown)
    sums.set(`${at} ${kind}`, (sums.get(`${at} ${kind}`) ?? 0) + value);
  const sum = (at: string, some: readonly string[]) =>
    some.reduce((all, kind) => all + (sums.get(`${at} ${kind}`) ?? 0), 0);
  return (size: Size): PlotOptions => {
    const each = Math.ceil(times.length / (size.width < 600 ? 4 : 12));
    return {
      ...frame(size, title),
      marginTop: 36,
      x: {
        type: 'band',
        label: null,
        domain: times,
        ticks: times.filter((_, i) => i % each === 0),
        tickSize: 0,
      },
      y: { label, nice: true },
      marks: [
        gridY({ className: 'grid' }),
        kinds.map((kind, i) =>
          barY(
            times.flatMap((at) => {
              const below = sum(at, kinds.slice(0, i));
              const own = sum(at, [kind]);
              return own === 0 ? [] : [{ at, y1: below, y2: below + own }];
            }),
            { x: 'at', y1: 'y1', y2: 'y2', className: `kind kind${i}` },
          ),
        ),
        ruleY([0], { className: 'zero' }),
        legend(kinds),
      ],
    };
  };
}

/** A square and a name for each kind, above the frame. */
function legend(kinds: readonly string[]): Markish {
  return (_index, _scales, _values, { marginLeft }, { document }) => {
    const node = nodesOf(document);
    const group = node('g');
    let x = marginLeft;
    for (const [i, kind] of kinds.entries()) {
      group.append(
        node('rect', { x, y: 6, width: 10, height: 10, class: `kind kind${i}` }),
        node('text', { x: x + 14, y: 15, 'text-anchor': 'start' }, kind),
      );
      x += 26 + kind.length * 6;
    }
    return group;
  };
}
