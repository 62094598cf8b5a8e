import type { Event } from '../../../core/formats/events.ts';
import { count } from '../../../core/text/plural.ts';
import { shareInterval } from '../../statistics/intervals.ts';
import type { Summary } from '../../summary/summary.ts';
import { type Bar, bars } from '../bars.ts';
import { monthOf, percent } from '../frame.ts';
import type { View } from '../view.ts';

const OUTCOMES = ['agreed', 'outlier', 'unsettled', 'given-up'] as const;
const COLOURS = [1, 4, 2, 3];

/** Whether runs that are repeated on another owner's machine say the same. */
export function auditsView(summary: Summary): View {
  const audits = summary.events.filter(
    (event): event is Extract<Event, { kind: 'audit' }> => event.kind === 'audit',
  );
  const settled = audits.filter(({ outcome }) => outcome !== 'given-up');
  const agreed = settled.filter(({ outcome }) => outcome === 'agreed').length;
  const { low, high } = shareInterval(agreed, settled.length);
  const shown: Bar[] = audits.map(({ at, outcome }) => ({ at: monthOf(at), kind: outcome, value: 1 }));
  const title = 'Audits';
  return {
    id: 'audits',
    title,
    question: "Do runs that are repeated on another owner's machine agree?",
    finding:
      settled.length === 0
        ? 'No audit has ended yet.'
        : `${percent(agreed / settled.length)} of ${count(settled.length, 'repeated run')} agree with the first (95 %: ${percent(low)} to ${percent(high)}).`,
    reading:
      'Audits that ended in each month. A run and its repeat agree within 3.5 sigma times the root of two. Outlier: one machine stood alone beside two others, and its runs decide no more. Unsettled: no two machines agree. Given up: no other machine could repeat it.',
    plot: audits.length === 0 ? null : bars(shown, OUTCOMES, 'audits', title, COLOURS),
    table: {
      columns: ['month', ...OUTCOMES],
      rows: [...Map.groupBy(audits, ({ at }) => monthOf(at))]
        .toReversed()
        .map(([month, own]) => [
          month,
          ...OUTCOMES.map((kind) => own.filter(({ outcome }) => outcome === kind).length),
        ]),
    },
  };
}
