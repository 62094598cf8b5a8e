import { dot, gridX, ruleX, ruleY } from '@observablehq/plot';
import { bpb, signed } from '../../../core/text/loss.ts';
import { count } from '../../../core/text/plural.ts';
import { countOf } from '../../statistics/intervals.ts';
import { falseGain, mixtureOf } from '../../statistics/mixture.ts';
import type { Experiment } from '../../summary/experiments.ts';
import { recordsOf } from '../../summary/record.ts';
import { scaleOf } from '../../summary/scale.ts';
import type { Summary } from '../../summary/summary.ts';
import { fixed, frame, percent } from '../frame.ts';
import type { View } from '../view.ts';

/** The latest candidates teach what candidates are worth; more would take long and say no more. */
const TEACH = 10_000;
const FEWEST = 30;
const DRAWN = 30;

/** How many records are luck. */
export function luckView(summary: Summary): View {
  const estimated = estimatedOf(summary.experiments);
  const parts = estimated.length < FEWEST ? null : mixtureOf(estimated.slice(-TEACH), scaleOf(summary).unit);
  const records = estimatedOf(recordsOf(summary.experiments, summary.holders)).map((one) => ({
    ...one,
    name: `#${one.pull}`,
    low: one.effect - 1.96 * one.error,
    high: one.effect + 1.96 * one.error,
    luck: parts && falseGain(parts, one),
  }));
  const { expected, low, high } = countOf(records.map(({ luck }) => luck ?? 0));
  const drawn = records.slice(-DRAWN);
  const title = 'False merges';
  return {
    id: 'luck',
    title,
    question: 'How many records are luck?',
    finding:
      parts === null || records.length === 0
        ? 'Too few experiments have an estimated gain.'
        : `Of ${count(records.length, 'record')}, ${fixed(expected, 1)} ${expected === 1 ? 'is' : 'are'} expected to gain nothing in truth (90 %: ${low} to ${high}).`,
    reading: `The gain of each record as it was measured, with a 95 % interval. What candidates are worth is learned from the latest ${TEACH.toLocaleString('en-US')} with an estimate: a part changes nothing, the others come from two normal distributions. With that, each record has a probability to be luck. It is a model: it assumes that standard errors are right and that all candidates are alike. The last ${DRAWN} records are drawn; the table has all.`,
    plot:
      drawn.length === 0
        ? null
        : (size) => ({
            ...frame({ ...size, height: 70 + drawn.length * 14 }, title),
            x: { label: 'gain, bits per byte', nice: true },
            y: { type: 'band', domain: drawn.map(({ name }) => name), label: null, tickSize: 0 },
            marks: [
              gridX({ className: 'grid' }),
              ruleX([0], { className: 'zero' }),
              ruleY(drawn, { y: 'name', x1: 'low', x2: 'high', className: 'whisker' }),
              dot(drawn, { y: 'name', x: 'effect', r: 3.5, className: 'record' }),
            ],
          }),
    table: {
      columns: ['pull request', 'since', 'title', 'gain', 'standard error', 'luck'],
      rows: records
        .toReversed()
        .map(({ pull, at, title: named, effect, error, luck }) => [
          pull,
          at.slice(0, 10),
          named,
          signed(effect),
          bpb(error),
          luck === null ? null : percent(luck),
        ]),
    },
  };
}

function estimatedOf(experiments: readonly Experiment[]) {
  return experiments.flatMap(({ pull, at, title, effect, standardError }) =>
    effect === null || standardError === null || standardError === 0
      ? []
      : [{ pull, at, title, effect, error: standardError }],
  );
}
