import { weekOf } from '../../../core/calendar.ts';
import { grouped } from '../../../core/text/plural.ts';
import type { Summary } from '../../summary/summary.ts';
import { type Bar, bars } from '../bars.ts';
import { fixed, percent } from '../frame.ts';
import type { View } from '../view.ts';

const KINDS = ['explore', 'confirm', 'baseline', 'other', 'failed'] as const;
type Kind = (typeof KINDS)[number];

/** Where the machines' time goes. */
export function hoursView(summary: Summary): View {
  const shown = summary.experiments.flatMap(({ at, runs }) => {
    const week = weekOf(at);
    return runs.map(([stage, , , outcome, , seconds]): Bar & { kind: Kind } => ({
      at: week,
      kind: outcome === 'scored' ? (isKind(stage) ? stage : 'other') : 'failed',
      value: seconds / 3600,
    }));
  });
  const total = (kind?: Kind, some = shown) =>
    some.reduce((sum, one) => sum + (kind === undefined || one.kind === kind ? one.value : 0), 0);
  const gain = summary.record.gain;
  const title = 'Machine hours';
  return {
    id: 'hours',
    title,
    question: "Where does the machines' time go?",
    finding:
      shown.length === 0
        ? 'Nothing has been measured yet.'
        : `${grouped(Math.round(total()))} hours were measured: ${percent(total('explore') / total())} exploring, ${percent(total('confirm') / total())} confirming, ${percent(total('failed') / total())} on files that failed${gain > 0 ? `; ${fixed(total() / (gain * 1000), 1)} hours for each thousandth of a bit per byte` : ''}.`,
    reading:
      "Hours a week by the referee's own clock, start to end of each run. Repeats for audits are not in these figures.",
    plot: shown.length === 0 ? null : bars(shown, KINDS, 'hours', title),
    table: {
      columns: ['week from', ...KINDS],
      rows: [...Map.groupBy(shown, ({ at }) => at)]
        .toReversed()
        .map(([week, own]) => [week, ...KINDS.map((kind) => fixed(total(kind, own), 1))]),
    },
  };
}

function isKind(stage: string): stage is 'explore' | 'confirm' | 'baseline' {
  return stage === 'explore' || stage === 'confirm' || stage === 'baseline';
}
