import { areaY, ruleX, text } from '@observablehq/plot';
import { count } from '../../../core/text/plural.ts';
import { modesBand } from '../../statistics/density.ts';
import { scaleOf } from '../../summary/scale.ts';
import type { Summary } from '../../summary/summary.ts';
import { fixed, frame } from '../frame.ts';
import type { View } from '../view.ts';
import { type EraModes, GRID, modesByEra } from './by-era.ts';
import { shades } from './shades.ts';

const PLACES = Array.from({ length: GRID.count }, (_, i) => GRID.from + i * GRID.step);

/** Whether the results of tries come in heaps, and whether these close in as the loss falls. */
export function modesView(summary: Summary): View {
  const { name } = scaleOf(summary);
  const eras = modesByEra(summary);
  const [first, last] = [eras[0], eras.at(-1)];
  const title = 'Modes by era';
  return {
    id: 'modes',
    title,
    question: 'Do the results come in heaps, and do these condense as the loss falls?',
    finding:
      first && last && first !== last
        ? `${count(first.modes.length, 'mode')} in the first era, ${last.modes.length} in the latest; the width that holds 90 % of all tries went from ${fixed(first.spread, 1)} to ${fixed(last.spread, 1)} ${name}.`
        : 'There is only one era yet: nothing to compare.',
    reading: `Each row is an era, the oldest on top: the darker a place, the more of its tries ended there; on a phone a curve says the same of six eras. Left of the line at zero they were better than what they were compared with, right of it worse, in ${name}. The figures are smoothed by the spread of one run, so that two heaps closer than that, which no measurement could tell apart, are one. Only heaps of at least 3 % count as modes; in the table, the band says how many modes resampled results have (5th to 95th percentile). Failed tries have no loss and are counted beside.`,
    plot:
      eras.length === 0
        ? null
        : (size) =>
            size.width < 600
              ? ridges(shown(eras, 6), frame(size, title), name)
              : heat(eras, frame({ ...size, height: 90 + 14 * eras.length }, title), name),
    table: {
      columns: ['era', 'since', 'experiments', 'failed', 'modes', 'band', 'at', '90 % width'],
      rows: eras
        .toReversed()
        .map(({ era, values, modes, spread }) => [
          era.name,
          era.from.slice(0, 10),
          values.length,
          era.failed,
          modes.length,
          modesBand(values, 1, GRID).join(' to '),
          modes.map((mode) => fixed(mode, 1)).join(', '),
          fixed(spread, 1),
        ]),
    },
  };
}

/** A square a place, darker for more; those beside each other that are alike are one. */
function heat(eras: readonly EraModes[], options: ReturnType<typeof frame>, name: string) {
  const rows = eras.map(({ density }) => density.map((one) => one / Math.max(...density)));
  return {
    ...options,
    marginLeft: 150,
    x: { domain: [GRID.from, PLACES.at(-1)!], label: `change, ${name}` },
    y: { type: 'band' as const, domain: eras.map((_, i) => i), axis: null, padding: 0.1 },
    marks: [
      shades(rows, PLACES),
      ruleX([0], { className: 'zero' }),
      text(eras, {
        x: GRID.from,
        y: (_: EraModes, i: number) => i,
        text: ({ era }: EraModes) => `${era.from.slice(0, 10)}, ${era.experiments.length}`,
        textAnchor: 'end',
        dx: -8,
      }),
    ],
  };
}

type Ridge = { era: { name: string; from: string }; density: number[] };

function ridges(eras: readonly Ridge[], options: ReturnType<typeof frame>, name: string) {
  const most = Math.max(...eras.flatMap(({ density }) => density));
  const top = (i: number) => eras.length - i;
  const days = new Set(eras.map(({ era }) => era.from.slice(0, 10)));
  const beginning = (from: string) =>
    days.size === eras.length ? from.slice(0, 10) : from.slice(5, 16).replace('T', ' ');
  return {
    ...options,
    marginLeft: 84,
    x: { domain: [GRID.from, PLACES.at(-1)!], label: `change, ${name}` },
    y: { domain: [0.6, eras.length + 1.6], axis: null },
    marks: [
      ruleX([0], { className: 'zero' }),
      eras.map(({ density }, i) =>
        areaY(PLACES, {
          x: (place: number) => place,
          y1: top(i),
          y2: (_: number, k: number) => top(i) + (1.5 * density[k]!) / most,
          className: 'ridge',
        }),
      ),
      text(eras, {
        x: GRID.from,
        y: (_: Ridge, i: number) => top(i),
        text: ({ era }: Ridge) => beginning(era.from),
        textAnchor: 'end',
        dx: -8,
        dy: -6,
      }),
    ],
  };
}

/** At most so many, evenly chosen; the table has all. */
function shown<T>(eras: readonly T[], most: number): readonly T[] {
  if (eras.length <= most) return eras;
  return Array.from({ length: most }, (_, i) => eras[Math.round((i * (eras.length - 1)) / (most - 1))]!);
}
