import { gridY, line, ruleY, text } from '@observablehq/plot';
import { rankCorrelation } from '../../statistics/correlation.ts';
import { scaleOf } from '../../summary/scale.ts';
import type { Summary } from '../../summary/summary.ts';
import { fixed, frame, timeAxis } from '../frame.ts';
import type { View } from '../view.ts';
import { type EraModes, modesByEra } from './by-era.ts';

/** Counts above the line, at most: more would lie on each other. */
const WRITTEN = { wide: 24, narrow: 8 };

/** Whether the results come closer to each other, as one figure an era. */
export function condensingView(summary: Summary): View {
  const { name } = scaleOf(summary);
  const eras = modesByEra(summary).map((one) => ({ ...one, at: new Date(one.era.from) }));
  const order = eras.map((_, i) => i);
  const trend = rankCorrelation(
    order,
    eras.map(({ spread }) => spread),
  );
  const [first, last] = [eras[0], eras.at(-1)];
  const title = 'Spread by era';
  return {
    id: 'spread',
    title,
    question: 'Do the results come closer to each other as the loss falls?',
    finding:
      !first || !last || first === last
        ? 'There is only one era yet: nothing to compare.'
        : `The middle half of all tries lay within ${fixed(first.half, 1)} ${name} in the first era and ${fixed(last.half, 1)} in the latest.${trend ? ` Over ${eras.length} eras the width goes ${trend.value < 0 ? 'down' : 'up'} with a rank correlation of ${fixed(trend.value)} (95 %: ${fixed(trend.low)} to ${fixed(trend.high)}).` : ''}`,
    reading: `For each era the width that holds half of all tries (full line) and nine tenths (dashed), in ${name}; the numbers above count its modes. Falling lines: tries become alike, as when a swarm refines what it has. Rising ones: it tries more various things, or breaks more. "Modes by era" shows where they lie.`,
    plot:
      eras.length < 2
        ? null
        : (size) => ({
            ...frame(size, title),
            x: timeAxis(size),
            y: { label: `width, ${name}`, zero: true, nice: true },
            marks: [
              gridY({ className: 'grid' }),
              ruleY([0], { className: 'zero' }),
              line(eras, { x: 'at', y: 'half', className: 'best' }),
              line(eras, { x: 'at', y: 'spread', className: 'broken dashed' }),
              text(some(eras, size.width < 600 ? WRITTEN.narrow : WRITTEN.wide), {
                ...{ x: 'at', y: 'spread', dy: -10 },
                text: ({ modes }: EraModes) => String(modes.length),
              }),
            ],
          }),
    table: {
      columns: ['era', 'since', 'tries', 'half within', 'nine tenths within', 'modes'],
      rows: eras
        .toReversed()
        .map(({ era, values, half, spread, modes }) => [
          ...[era.name, era.from.slice(0, 10), values.length, fixed(half), fixed(spread), modes.length],
        ]),
    },
  };
}

/** Every so many, the last one among them. */
function some<T>(all: readonly T[], most: number): T[] {
  const each = Math.ceil(all.length / most);
  return all.filter((_, i) => (all.length - 1 - i) % each === 0);
}
