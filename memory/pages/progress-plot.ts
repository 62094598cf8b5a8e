import type { TrackStanding } from '../../core/formats/leaderboard.ts';
import { plain } from '../../core/text/harmless/github.ts';
import { type Box, type Placed, placeLabels } from './place-labels.ts';
import { type Axes, axesOf } from './plot-axes.ts';

/** The progress of a track as an SVG: every scored experiment a dot, the running best a line, the largest steps labelled. */

const [WIDTH, HEIGHT] = [1000, 460];
const FRAME: Box = { left: 70, right: WIDTH - 24, top: 58, bottom: HEIGHT - 40 };
/** Labelled steps, at most: the largest, and the last. */
const LABELS = 16;

/** Must be readable in both colour schemes of a README. */
const STYLE = `
text { font: 11px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #57606a }
.title { font-size: 17px; font-weight: 600; fill: #1f2328 }
.label { fill: #1f2328 }
.paper { fill: #ffffff; stroke: #d0d7de }
.grid { stroke: #d8dee4; stroke-width: 1 }
.tried { stroke: #6e7781; stroke-width: 6; stroke-linecap: round; opacity: .75 }
.best { stroke: #1a7f37; stroke-width: 2.2; fill: none; stroke-linejoin: round }
.record { fill: #1a7f37; stroke: #ffffff; stroke-width: 1.2 }
.guess { fill: none; stroke: #0969da; stroke-width: 1.6 }
.leader { stroke: #1a7f37; stroke-width: .8; opacity: .5 }
@media (prefers-color-scheme: dark) {
  text { fill: #9198a1 } .title, .label { fill: #f0f6fc } .paper { fill: #0d1117; stroke: #3d444d } .grid { stroke: #21262d }
  .guess { stroke: #4493f8 } .tried { stroke: #9198a1 } .best { stroke: #3fb950 } .record { fill: #3fb950; stroke: #0d1117 } .leader { stroke: #3fb950 }
}`;

export interface Dot {
  at: string;
  valBpb: number;
  /** On the frontier now: a guess, drawn as a ring, never on the line. */
  adopted?: boolean;
}

/** @param dots scored experiments, in any order; those that fall on one pixel are drawn once */
export function progressPlot(track: string, standing: Pick<TrackStanding, 'history'>, dots: Dot[]): string {
  const kept = standing.history;
  const scale = axesOf(kept, dots, FRAME);
  const points = kept.map((one) => ({ x: scale.x(one.at), y: scale.y(one.valBpb), one }));
  const steps = points.map(({ x, y }, i) => (i === 0 ? `M${x} ${y}` : `H${x}V${y}`));
  const guesses = dots.filter(({ adopted }) => adopted);
  const tried = dots.filter(({ adopted }) => !adopted);
  const last = kept.at(-1)!;
  const first = kept[0]!;
  const gain = kept.length > 1 ? `, ${(last.valBpb - first.valBpb).toFixed(4)} since the beginning` : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Progress of ${escaped(track)}">
<style>${STYLE}
</style>
<rect class="paper" x=".5" y=".5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8"/>
<text class="title" x="${FRAME.left}" y="28">${escaped(track)}: val_bpb ${last.valBpb.toFixed(4)}${gain}</text>
<text x="${FRAME.left}" y="45">${count(dots.length, 'measured experiment')}, ${count(kept.length - 1, 'improvement')}; bits per byte, lower is better. Grey: measured; green: held the record. What lies beyond the frame is drawn on its edge; below the green line: not proven.</text>
${guesses.length === 0 ? '' : `<text x="${FRAME.right}" y="28" text-anchor="end">blue rings: ${guesses.length} adopted, guesses that are not certified</text>`}
${scale.losses.map((value) => `<path class="grid" d="M${FRAME.left} ${scale.y(value)}H${FRAME.right}"/><text x="${FRAME.left - 8}" y="${scale.y(value) + 4}" text-anchor="end">${value.toFixed(scale.digits)}</text>`).join('\n')}
${scale.days.map(([at, anchor]) => `<text x="${scale.x(at)}" y="${HEIGHT - 16}" text-anchor="${anchor}">${at.slice(0, 10)}</text>`).join('\n')}
<path class="tried" d="${places(tried, scale)
    .map((place) => `M${place}h0`)
    .join('')}"/>
${guesses.map((dot) => `<circle class="guess" cx="${scale.x(dot.at)}" cy="${scale.y(dot.valBpb)}" r="4"/>`).join('')}
<path class="best" d="${steps.join('')}H${FRAME.right}"/>
${points.map(({ x, y }) => `<circle class="record" cx="${x}" cy="${y}" r="4.5"/>`).join('')}
${labels(points).map(drawn).join('\n')}
</svg>
`;
}

type Holder = TrackStanding['history'][number];
type Point = { x: number; y: number; one: Holder };

/** Where there are dots, from left to right: the same experiments give the same plot, and new ones change little of it. */
function places(dots: Dot[], { x, y }: Axes): string[] {
  const columns = new Map<number, Set<number>>();
  for (const { at, valBpb } of dots) {
    const column = onGrid(x(at));
    columns.set(column, (columns.get(column) ?? new Set()).add(onGrid(y(valBpb))));
  }
  return [...columns.keys()]
    .toSorted((a, b) => a - b)
    .flatMap((column) =>
      [...columns.get(column)!].toSorted((a, b) => a - b).map((row) => `${column} ${row}`),
    );
}

/** Dots are four pixels wide. A grid of that width keeps a plot of 100,000 experiments small. */
function onGrid(pixel: number): number {
  return 4 * Math.round(pixel / 4);
}

function labels(points: Point[]): Placed[] {
  const drops = points.map((point, i) => ({
    ...point,
    drop: i === points.length - 1 ? Number.POSITIVE_INFINITY : i === 0 ? 0 : point.y - points[i - 1]!.y,
  }));
  const wanted = drops.toSorted((a, b) => b.drop - a.drop).slice(0, LABELS);
  const line: Box[] = points.flatMap(({ x, y }, i) => {
    const end = points[i + 1];
    const flat = { left: x - 5, right: (end?.x ?? FRAME.right) + 2, top: y - 3, bottom: y + 3 };
    return end ? [flat, { left: end.x - 3, right: end.x + 3, top: y, bottom: end.y + 5 }] : [flat];
  });
  const named = wanted.map(({ x, y, one }) => ({
    x,
    y,
    text: `${one.pull === null ? '' : `#${one.pull} `}${plain(one.title, 40)}`,
  }));
  return placeLabels(named, FRAME, line);
}

function drawn({ x, y, at, anchor, text }: Placed): string {
  const near = at.y - y <= 14;
  const end = anchor === 'end' ? at.x + 3 : at.x - 3;
  const leader = near ? '' : `<path class="leader" d="M${x} ${y + 5}L${end} ${at.y - 4}"/>`;
  return `${leader}<text class="label" x="${at.x}" y="${at.y}" text-anchor="${anchor}">${escaped(text)}</text>`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
