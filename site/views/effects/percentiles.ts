import { areaY, dot, gridY, line, ruleY } from '@observablehq/plot';
import { distribution } from '../../../core/rules/acceptance/distribution.ts';
import { count } from '../../../core/text/plural.ts';
import { type Era, erasOf } from '../../summary/eras.ts';
import { scaleOf } from '../../summary/scale.ts';
import type { Summary } from '../../summary/summary.ts';
import { fixed, frame, timeAxis } from '../frame.ts';
import type { View } from '../view.ts';

/** What a typical try costs or gains: percentiles of the change, era by era. */
export function percentilesView(summary: Summary): View {
  const { unit, name } = scaleOf(summary);
  const eras = erasOf(summary).map((era) => ({ era, at: new Date(era.from), ...ends(era, unit) }));
  const last = eras.at(-1);
  const columns = ['era', 'since', 'experiments', 'p1', 'p5', 'median', 'p95', 'p99'];
  const title = 'Percentiles by era';
  return {
    id: 'percentiles',
    title,
    question: 'What does a typical try cost or gain?',
    finding: last
      ? `In the latest era the median try changed the loss by ${signed(last.median)} ${name}; 90 % lie between ${signed(last.p5)} and ${signed(last.p95)}, of ${count(last.era.experiments.length, 'experiment')}.`
      : 'No experiment has a loss to compare yet.',
    reading: `Each step is an era: the reign of a record, joined with the next ones until it has 200 experiments. The change is the experiment's loss minus the loss it was compared with, in ${name}: below zero is better. The dark band holds 90 % of all tries, the light one 98 %. With fewer than 100 experiments the 1st percentile is little more than the best of them.`,
    plot:
      eras.length < 2
        ? null
        : (size) => ({
            ...frame(size, title),
            x: timeAxis(size),
            y: { label: `change, ${name}`, nice: true },
            marks: [
              gridY({ className: 'grid' }),
              areaY(eras, { x: 'at', y1: 'p1', y2: 'p99', curve: 'step-after', className: 'band' }),
              areaY(eras, { x: 'at', y1: 'p5', y2: 'p95', curve: 'step-after', className: 'band' }),
              ruleY([0], { className: 'zero' }),
              line(eras, { x: 'at', y: 'median', curve: 'step-after', className: 'best' }),
              dot(eras, { x: 'at', y: 'median', r: 3, className: 'record' }),
            ],
          }),
    table: {
      columns,
      rows: eras
        .toReversed()
        .map(({ era, p1, p5, median, p95, p99 }) => [
          era.name,
          era.from.slice(0, 10),
          era.experiments.length,
          ...[p1, p5, median, p95, p99].map(signed),
        ]),
    },
  };
}

function ends({ experiments }: Era, unit: number) {
  return distribution(experiments.map(({ valBpb, incumbent }) => (valBpb - incumbent) / unit))!;
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${fixed(value, 1)}`;
}
