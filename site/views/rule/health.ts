import { gridY, line, ruleY } from '@observablehq/plot';
import type { Summary } from '../../summary/summary.ts';
import { fixed, frame, monthOf, percent, timeAxis } from '../frame.ts';
import { legend } from '../legend.ts';
import type { View } from '../view.ts';

/** Whether the rule is set well: what it costs, and how often it cannot say. */
export function healthView(summary: Summary): View {
  const months = [...Map.groupBy(summary.experiments, ({ at }) => monthOf(at))].map(([month, own]) => {
    const share = (...verdicts: string[]) =>
      own.filter(({ verdict }) => verdicts.includes(verdict)).length / own.length;
    return {
      month,
      at: new Date(`${month}-01T00:00:00Z`),
      n: own.length,
      runs: own.reduce((sum, { runs }) => sum + runs.length, 0) / own.length,
      inconclusive: share('inconclusive'),
      failed: share('crashed', 'timeout', 'diverged', 'invalid'),
      duplicate: share('duplicate'),
      better: share('improved', 'adopted'),
    };
  });
  const last = months.at(-1);
  const title = 'Health of the rule';
  return {
    id: 'health',
    title,
    question: 'What does a verdict cost, and how often is there none?',
    finding: last
      ? `In ${last.month} a verdict took ${fixed(last.runs, 1)} runs; ${percent(last.inconclusive)} were inconclusive, ${percent(last.failed)} failed, ${percent(last.better)} were adopted or improved the record.`
      : 'No experiment has a verdict yet.',
    reading:
      'Shares of all verdicts of a month: inconclusive (full line), failed (dashed: crashed, out of time, diverged or invalid). Many inconclusive ones mean that changes are small beside the noise; docs/acceptance.md has the figures of simulated swarms to compare with.',
    plot:
      months.length < 2
        ? null
        : (size) => ({
            ...frame(size, title),
            marginTop: 40,
            x: timeAxis(size),
            y: {
              label: null,
              percent: true,
              zero: true,
              nice: true,
              tickFormat: (share: number) => `${share} %`,
            },
            marks: [
              gridY({ className: 'grid' }),
              ruleY([0], { className: 'zero' }),
              line(months, { x: 'at', y: 'inconclusive', className: 'best' }),
              line(months, { x: 'at', y: 'failed', strokeDasharray: '4 3', className: 'broken' }),
              legend([
                { name: 'inconclusive', className: 'best', line: true },
                { name: 'failed', className: 'broken dashed', line: true },
              ]),
            ],
          }),
    table: {
      columns: [
        'month',
        'verdicts',
        'runs each',
        'inconclusive',
        'failed',
        'duplicate',
        'adopted or improved',
      ],
      rows: months
        .toReversed()
        .map(({ month, n, runs, inconclusive, failed, duplicate, better }) => [
          month,
          n,
          fixed(runs, 1),
          ...[inconclusive, failed, duplicate, better].map(percent),
        ]),
    },
  };
}
