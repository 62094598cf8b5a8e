import { barY, gridY, type PlotOptions, ruleY } from '@observablehq/plot';
import { frame } from './frame.ts';
import { legend } from './legend.ts';
import type { Size } from './size.ts';

/** A part of a bar. */
export interface Bar {
  at: string;
  kind: string;
  value: number;
}

/**
 * Stacked bars in order of time. @param kinds named in the legend, at most five
 * @param colours of the kinds, by their numbers in the style; left out: in order
 */
export function bars(
  shown: readonly Bar[],
  kinds: readonly string[],
  label: string,
  title: string,
  colours: readonly number[] = [0, 1, 2, 3, 4],
) {
  const classOf = (i: number) => `kind kind${colours[i]}`;
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
            { x: 'at', y1: 'y1', y2: 'y2', className: classOf(i) },
          ),
        ),
        ruleY([0], { className: 'zero' }),
        legend(kinds.map((name, i) => ({ name, className: classOf(i) }))),
      ],
    };
  };
}
