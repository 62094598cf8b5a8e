import { dot, gridY, ruleX, ruleY } from '@observablehq/plot';
import { pooledVariance } from '../../../core/rules/acceptance/statistics.ts';
import { bpb } from '../../../core/text/loss.ts';
import { deviationInterval } from '../../statistics/intervals.ts';
import { filesOf } from '../../summary/residuals.ts';
import type { Summary } from '../../summary/summary.ts';
import { fixed, frame, monthOf } from '../frame.ts';
import type { View } from '../view.ts';

/** How much one run spreads, month by month. */
export function sigmaView(summary: Summary): View {
  const { sigma } = summary.record;
  const months = [...Map.groupBy(filesOf(summary.experiments), ({ at }) => monthOf(at))].map(
    ([month, files]) => {
      const losses = files.map(({ runs }) => runs.map(({ loss }) => loss));
      const { variance, degrees } = pooledVariance(losses, { sigma: 0, degrees: 0 });
      const deviation = Math.sqrt(variance);
      return { month, deviation, degrees, ...deviationInterval(deviation, degrees) };
    },
  );
  const last = months.at(-1);
  const title = 'Sigma by month';
  return {
    id: 'sigma',
    title,
    question: 'How much do two runs of one file differ, and does that change?',
    finding: last
      ? `In ${last.month} one run spread by ${bpb(last.deviation)} bits per byte (95 %: ${bpb(last.low)} to ${bpb(last.high)})${sigma === null ? '' : `; the rule counts with ${bpb(sigma)}`}.`
      : 'No file has been measured more than once.',
    reading:
      'The standard deviation of one run, pooled over all files that were measured more than once in the month, with its 95 % interval (chi-square). The line is what the rule counts with today.',
    plot:
      months.length === 0
        ? null
        : (size) => ({
            ...frame(size, title),
            x: {
              type: 'point',
              label: null,
              domain: months.map(({ month }) => month),
              tickRotate: size.width < 600 ? -45 : 0,
            },
            y: { label: 'bits per byte', zero: true, nice: true },
            marks: [
              gridY({ className: 'grid' }),
              ruleX(months, { x: 'month', y1: 'low', y2: 'high', className: 'whisker' }),
              dot(months, { x: 'month', y: 'deviation', r: 4, className: 'record' }),
              sigma === null ? null : ruleY([sigma], { className: 'limit' }),
            ],
          }),
    table: {
      columns: ['month', 'sigma', 'from', 'to', 'degrees of freedom'],
      rows: months
        .toReversed()
        .map(({ month, deviation, low, high, degrees }) => [
          month,
          ...[deviation, low, high].map((value) => fixed(value, 5)),
          degrees,
        ]),
    },
  };
}
