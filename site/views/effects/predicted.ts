import { axisX, gridY, line, ruleX, ruleY } from '@observablehq/plot';
import { count } from '../../../core/text/plural.ts';
import { rankCorrelation } from '../../statistics/correlation.ts';
import { shareInterval } from '../../statistics/intervals.ts';
import { type Compared, isCompared } from '../../summary/eras.ts';
import { scaleOf } from '../../summary/scale.ts';
import type { Summary } from '../../summary/summary.ts';
import { cells, within } from '../cells.ts';
import { fixed, frame, percent } from '../frame.ts';
import type { View } from '../view.ts';

const FEWEST = 10;

/** Whether agents know what their changes do: what they expected, and what was measured. */
export function predictedView(summary: Summary): View {
  const { unit, name } = scaleOf(summary);
  const said = summary.experiments
    .filter(isCompared)
    .filter((one): one is Compared & { expect: number } => one.expect !== null)
    .map((one) => ({
      by: one.agent ?? one.author,
      expected: one.expect / unit,
      measured: (one.valBpb - one.incumbent) / unit,
    }));
  const all = skill(said);
  const title = 'Predicted against measured';
  return {
    id: 'predicted',
    title,
    question: 'Do agents know what their changes do?',
    finding:
      said.length < FEWEST
        ? 'Too few experiments said what they expected.'
        : `Of ${count(said.length, 'experiment')} that said what they expected, ${percent(all.right / all.signed)} had the right sign (95 %: ${percent(all.interval.low)} to ${percent(all.interval.high)})${all.rank ? `; the rank correlation is ${fixed(all.rank.value)} (${fixed(all.rank.low)} to ${fixed(all.rank.high)})` : ''}.`,
    reading: `Each square counts experiments, darker for more: to the right what the author expected, upwards what was measured, both in ${name}, below zero is better. On the slanted line the author was right. Most expect more than they get: who only tries what looks good is disappointed on average even if each estimate is fair (regression to the mean). What lies beyond the frame is drawn on its edge.`,
    plot:
      said.length < FEWEST
        ? null
        : (size) => ({
            ...frame(size, title),
            x: { domain: [-12, 12], label: `expected, ${name}` },
            y: { domain: [-12, 24], label: `measured, ${name}` },
            marks: [
              gridY({ className: 'grid' }),
              axisX({ ticks: 7 }),
              cells({
                x: said.map(({ expected }) => within(expected, -12, 11.9)),
                y: said.map(({ measured }) => within(measured, -11.9, 24)),
              }),
              ruleX([0], { className: 'zero' }),
              ruleY([0], { className: 'zero' }),
              line(
                [
                  [-12, -12],
                  [12, 12],
                ],
                { className: 'best' },
              ),
            ],
          }),
    table: {
      columns: ['agent', 'experiments', 'right sign', '95 %', 'rank correlation'],
      rows: [...Map.groupBy(said, ({ by }) => by)]
        .filter(([, own]) => own.length >= FEWEST)
        .toSorted((a, b) => b[1].length - a[1].length)
        .map(([by, own]) => {
          const { right, signed, interval, rank } = skill(own);
          return [
            by,
            own.length,
            signed === 0 ? null : percent(right / signed),
            `${percent(interval.low)} to ${percent(interval.high)}`,
            rank && fixed(rank.value),
          ];
        }),
    },
  };
}

function skill(said: { expected: number; measured: number }[]) {
  const signed = said.filter(({ expected }) => expected !== 0);
  const right = signed.filter(({ expected, measured }) => expected < 0 === measured < 0).length;
  return {
    right,
    signed: signed.length,
    interval: shareInterval(right, signed.length),
    rank: rankCorrelation(
      said.map(({ expected }) => expected),
      said.map(({ measured }) => measured),
    ),
  };
}
