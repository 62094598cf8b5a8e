import { barX, gridX, ruleX } from '@observablehq/plot';
import { minuteOf } from '../../../core/text/time.ts';
import { basisOf, nowSaid, PULL_COLUMNS, pullRows, secondsLeft } from '../../summary/now.ts';
import type { Summary } from '../../summary/summary.ts';
import { fixed, frame } from '../frame.ts';
import type { View } from '../view.ts';

const DRAWN = 20;

/** Who is measured, who waits, and for how long at least. */
export function queueView({ now, track }: Summary): View {
  const own = now && Object.hasOwn(now.tracks, track) ? now.tracks[track] : undefined;
  const at = now ? Date.parse(now.at) : 0;
  const left = own ? secondsLeft(own, at) : [];
  const waits = (own?.pulls ?? []).flatMap(({ pull, runs }, i) => {
    const seconds = left[i]!;
    return seconds === null ? [] : [{ name: `#${pull}`, minutes: seconds / 60, out: runs.length > 0 }];
  });
  const drawn = waits.slice(0, DRAWN);
  const title = 'Queue';
  return {
    id: 'queue',
    title,
    question: 'What is measured, who waits, and when is it decided?',
    finding: now
      ? `${nowSaid(now, track)} This was so on ${minuteOf(now.at)} UTC.`
      : 'This was not asked when the page was built. A page that hears the bot shows it above.',
    reading: `Minutes until each pull request can be decided, at the earliest: blue is measured now, green waits. ${own ? basisOf(own) : ''} Counted are the runs that the rule is sure to want, with those of everyone before it: a promising file needs more. Where nothing is known, nothing is drawn. ${waits.length > DRAWN ? `Of ${waits.length}, the first ${DRAWN} are drawn.` : ''}`,
    plot:
      drawn.length === 0
        ? null
        : (size) => ({
            ...frame({ ...size, height: Math.max(140, 70 + drawn.length * 18) }, title),
            x: {
              label: 'minutes, at the earliest',
              domain: [0, Math.max(1, ...drawn.map(({ minutes }) => minutes))],
              nice: true,
            },
            y: { type: 'band', domain: drawn.map(({ name }) => name), label: null, tickSize: 0 },
            marks: [
              gridX({ className: 'grid' }),
              ...[true, false].map((out) =>
                barX(
                  drawn.filter((one) => one.out === out),
                  { y: 'name', x: 'minutes', className: `kind kind${out ? 0 : 1}` },
                ),
              ),
              ruleX([0], { className: 'zero' }),
            ],
          }),
    table: {
      columns: PULL_COLUMNS,
      rows: own ? pullRows(own, at, (pull) => `#${pull}`) : [],
    },
  };
}

/** Digits are few: it is an estimate. */
export function hours(value: number): string {
  return value < 1 ? `${Math.round(value * 60)} minutes` : `${fixed(value, value < 10 ? 1 : 0)} hours`;
}
