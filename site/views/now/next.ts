import { areaY, barY, gridY, ruleY } from '@observablehq/plot';
import { waitingQuantile } from '../../statistics/waiting.ts';
import type { Summary } from '../../summary/summary.ts';
import { fixed, frame } from '../frame.ts';
import type { View } from '../view.ts';
import { hours } from './queue.ts';

/** Records that say how often one falls: older ones belong to another time. */
const LAST = 12;
const FEWEST = 3;
const HOUR = 3_600_000;

/** When the next record falls, if it goes on as lately. */
export function nextView({ holders, events, experiments }: Summary): View {
  const recent = holders.slice(-LAST - 1);
  const first = Date.parse(recent[0]!.at);
  const last = Date.parse(recent.at(-1)!.at);
  const end = Math.max(last, Date.parse(events.at(-1)?.at ?? recent[0]!.at));
  const gaps = recent.slice(1).map(({ pull, at }, i) => {
    const from = recent[i]!.at;
    const tries = experiments.filter((one) => one.at > from && one.at <= at).length;
    const name = pull === null ? 'main' : `#${pull}`;
    return { i, name, hours: (Date.parse(at) - Date.parse(from)) / HOUR, tries };
  });
  const n = gaps.length;
  const span = (end - first) / HOUR;
  const isKnown = n >= FEWEST && span > 0;
  const [low, middle, high] = [0.1, 0.5, 0.9].map((p) => (isKnown ? waitingQuantile(n, span, p) : 0)) as [
    number,
    number,
    number,
  ];
  const since = (end - last) / HOUR;
  const title = 'Next record';
  return {
    id: 'next',
    title,
    question: 'When does the next record fall?',
    finding: isKnown
      ? `In ${hours(middle)} or sooner, as likely as not (80 %: ${hours(low)} to ${hours(high)}), if it goes on as with the last ${n}. The last one fell ${hours(since)} before the newest event.`
      : 'Fewer than three records were broken, so nothing says how often that happens.',
    reading: `Hours between each record and the one before it, the newest at the right. The line is the time in which the next one falls as likely as not, the band its 80 % interval, counted from the newest event. It is assumed that records come by chance, at one rate over the last ${LAST}; the time without one since the last counts too. Records get rarer as the loss falls, so the truth is later rather than sooner.`,
    plot: isKnown
      ? (size) => ({
          ...frame(size, title),
          x: {
            type: 'band',
            domain: gaps.map(({ i }) => i),
            tickFormat: (i: number) => gaps[i]!.name,
            label: null,
            tickSize: 0,
            tickRotate: size.width < 600 ? -60 : 0,
          },
          y: { label: 'hours', nice: true },
          marks: [
            gridY({ className: 'grid' }),
            areaY(gaps, {
              x: 'i',
              y1: low,
              y2: Math.min(high, 3 * Math.max(middle, ...gaps.map((gap) => gap.hours))),
              className: 'band',
            }),
            barY(gaps, { x: 'i', y: 'hours', className: 'kind kind0' }),
            ruleY([middle], { className: 'limit' }),
            ruleY([0], { className: 'zero' }),
          ],
        })
      : null,
    table: {
      columns: ['record', 'hours after the one before', 'experiments between'],
      rows: gaps.toReversed().map(({ name, hours: gap, tries }) => [name, fixed(gap), tries]),
    },
  };
}
