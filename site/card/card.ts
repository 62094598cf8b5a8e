import { areaY, dot, line, type PlotOptions } from '@observablehq/plot';
import { renderToString } from 'preact-render-to-string';
import { bpb, signed } from '../../core/text/loss.ts';
import { html, vnodeOf } from '../page/html.ts';
import { drawn } from '../render.ts';
import type { Holder, Record } from '../summary/record.ts';
import { CARD } from './size.ts';
import { drawable, wrapped } from './words.ts';

/** What a link to a record shows where it is shared: the loss, what it is sure of, whose it is, and how the loss came down to it. */

const { width: WIDTH, height: HEIGHT } = CARD;
const [EDGE, CHART] = [64, 140];
const COLOURS = { paper: '#0d1117', text: '#f0f6fc', quiet: '#9198a1', good: '#3fb950' };

export interface Card {
  /** OWNER/REPO, where there is one. */
  repository: string | null;
  track: string;
  /** All that held the record up to the one shown, which is the last. */
  holders: Holder[];
  /** Known of the present record alone. */
  interval: Record['interval'];
  /** What it gained as measured, bits per byte. */
  gain: { effect: number; standardError: number } | null;
}

/** The same in words, for those who do not see it. */
export function wordsOf({ track, holders, interval, gain }: Card): string {
  const { valBpb, pull, title, author } = holders.at(-1)!;
  const name = `${pull === null ? '' : `#${pull} `}${drawable(title, 100)}`;
  const by = author === null ? '' : ` by ${drawable(author, 40)}`;
  const sure = interval ? ` (95 %: ${rangeOf(interval)})` : '';
  return `${bpb(valBpb)}${sure} bits per byte on track ${track}: ${name}${by}. ${changeOf(holders, gain)}`;
}

export function cardSvg(card: Card): string {
  const { repository, track, holders, interval, gain } = card;
  const holder = holders.at(-1)!;
  const { valBpb, pull, title, author, at } = holder;
  const heading = wrapped(
    `${pull === null ? '' : `#${pull} `}${drawable(title, 200)}`,
    44,
    WIDTH - 2 * EDGE,
    2,
  );
  const by = `${author === null ? '' : `by ${drawable(author, 40)}, `}${at.slice(0, 10)}`;
  const [place] = wrapped(`${repository === null ? '' : `${repository}, `}track ${track}`, 28, 800, 1);
  const { paper, text, quiet, good } = COLOURS;
  return renderToString(html`<svg xmlns="http://www.w3.org/2000/svg" width=${WIDTH} height=${HEIGHT} font-family="Inter" fill=${quiet}>
    <rect width=${WIDTH} height=${HEIGHT} fill=${paper} />
    <g transform=${`translate(0,${HEIGHT - CHART})`}>${vnodeOf(drawn(descent(holders)))}</g>
    <text x=${EDGE} y="96" font-size="36" font-weight="600" fill=${text}>Descent</text>
    <text x=${WIDTH - EDGE} y="96" font-size="28" text-anchor="end">${place}</text>
    <text x=${EDGE - 6} y="236" font-size="136" font-weight="600" fill=${good}>${bpb(valBpb)}</text>
    <text x=${WIDTH - EDGE} y="190" font-size="34" text-anchor="end">${interval ? `95 %: ${rangeOf(interval)}` : ''}</text>
    <text x=${WIDTH - EDGE} y="232" font-size="28" text-anchor="end">bits per byte, lower is better</text>
    ${heading.map((line, i) => html`<text x=${EDGE} y=${314 + 54 * i} font-size="44" fill=${text}>${line}</text>`)}
    <text x=${EDGE} y=${310 + 54 * heading.length} font-size="28">${by}</text>
    <text x=${EDGE} y=${350 + 54 * heading.length} font-size="28">${changeOf(holders, gain)}</text>
  </svg>`);
}

function rangeOf({ low, high }: { low: number; high: number }): string {
  return `${bpb(low)} to ${bpb(high)}`;
}

function changeOf(holders: Holder[], gain: Card['gain']): string {
  const [before, holder] = holders.slice(-2);
  if (!before || !holder) return 'The first record of this track.';
  if (!gain) return `${bpb(before.valBpb - holder.valBpb)} below the record before.`;
  const { effect, standardError } = gain;
  const [low, high] = [effect - 1.96 * standardError, effect + 1.96 * standardError];
  return `Gain ${signed(effect)} (95 %: ${signed(low)} to ${signed(high)}).`;
}

/** The line of the record, from edge to edge. */
function descent(holders: Holder[]): PlotOptions {
  const [first, last] = [holders[0]!, holders.at(-1)!];
  const losses = holders.map(({ valBpb }) => valBpb);
  const [low, high] = [losses.reduce((a, b) => Math.min(a, b)), losses.reduce((a, b) => Math.max(a, b))];
  const range = high - low || 1;
  const [start, end] = [Date.parse(first.at), Math.max(Date.parse(last.at), Date.parse(first.at) + 1)];
  const place = { x: ({ at }: Holder) => new Date(at), y: 'valBpb', curve: 'step-after' } as const;
  const [ground, top] = [low - 0.25 * range, high + 0.1 * range];
  // Beyond the last dot the line goes on to the edge: the record still holds.
  const shown = [...holders, { ...last, at: new Date(end + (end - start) / 20).toISOString() }];
  return {
    ...{ width: WIDTH, height: CHART, margin: 0 },
    x: { type: 'utc', domain: [start, end + (end - start) / 20], axis: null },
    y: { domain: [ground, top], axis: null },
    marks: [
      areaY(shown, { ...place, y1: ground, y2: 'valBpb', fill: COLOURS.good, fillOpacity: 0.15 }),
      line(shown, { ...place, stroke: COLOURS.good, strokeWidth: 4 }),
      dot([last], {
        x: place.x,
        y: 'valBpb',
        r: 9,
        fill: COLOURS.good,
        stroke: COLOURS.paper,
        strokeWidth: 3,
      }),
    ],
  };
}
