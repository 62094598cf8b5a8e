import { plain } from '../../app/decide/inert.ts';
import type { TrackStanding } from '../../results/schema.ts';

/** The progress of a track as an SVG: every scored experiment a dot, the kept ones labelled, the running best a line. */

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [1000, 420, 64, 24, 36, 40];
/** A label needs this many pixels to the one before it. */
const LABEL_APART = 14;

export interface Dot {
  at: string;
  valBpb: number;
}

/** @param dots scored experiments, in any order; those that fall on one pixel are drawn once */
export function progressPlot(track: string, standing: Pick<TrackStanding, 'history'>, dots: Dot[]): string {
  const kept = standing.history;
  const times = [...dots, ...kept].map((one) => Date.parse(one.at));
  const [start, end] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const best = Math.min(...kept.map((one) => one.valBpb));
  const worst = Math.max(...kept.map((one) => one.valBpb));
  const range = Math.max(worst - best, best * 0.002);
  const [low, high] = [best - range * 0.08, worst + range * 0.35]; // what lies beyond is drawn on the edge
  const x = (at: string) =>
    Math.round(LEFT + ((Date.parse(at) - start) / Math.max(end - start, 1)) * (WIDTH - LEFT - RIGHT));
  const y = (value: number) =>
    Math.round(
      TOP + ((high - Math.max(low, Math.min(value, high))) / (high - low)) * (HEIGHT - TOP - BOTTOM),
    );

  const pixels = new Set(dots.map((dot) => `${onGrid(x(dot.at))} ${onGrid(y(dot.valBpb))}`));
  const points = [...pixels].map((pixel) => `M${pixel}h0`).join('');
  const steps = kept.map((one, i) =>
    i === 0 ? `M${x(one.at)} ${y(one.valBpb)}` : `H${x(one.at)}V${y(one.valBpb)}`,
  );
  const line = `${steps.join('')}H${WIDTH - RIGHT}`;
  const last = kept.at(-1)!;
  const ticks = [0, 1, 2, 3, 4].map((i) => low + ((high - low) * i) / 4);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${LEFT}" y="20" font-size="14">${escaped(track)}: val_bpb ${last.valBpb.toFixed(4)}, ${dots.length} experiments, ${kept.length} records</text>
${ticks.map((value) => `<path d="M${LEFT} ${y(value)}H${WIDTH - RIGHT}" stroke="#eee"/><text x="${LEFT - 6}" y="${y(value) + 4}" text-anchor="end">${value.toFixed(4)}</text>`).join('\n')}
<text x="${LEFT}" y="${HEIGHT - 12}">${new Date(start).toISOString().slice(0, 10)}</text>
<text x="${WIDTH - RIGHT}" y="${HEIGHT - 12}" text-anchor="end">${new Date(end).toISOString().slice(0, 10)}</text>
<path d="${points}" stroke="#9aa" stroke-width="4" stroke-linecap="round" opacity="0.6"/>
<path d="${line}" stroke="#0e8a16" stroke-width="2" fill="none"/>
${labels(kept, x, y)}
</svg>
`;
}

/** Dots are four pixels wide: a grid as wide keeps a plot of 100,000 experiments small. */
function onGrid(pixel: number): number {
  return 4 * Math.round(pixel / 4);
}

function labels(
  kept: TrackStanding['history'],
  x: (at: string) => number,
  y: (value: number) => number,
): string {
  let below = Number.NEGATIVE_INFINITY;
  return kept
    .map((one) => {
      const [px, py] = [x(one.at), y(one.valBpb)];
      const dot = `<circle cx="${px}" cy="${py}" r="4" fill="#0e8a16"/>`;
      if (py < below + LABEL_APART) return dot; // labels that would cover each other: the earlier one stays
      below = py;
      const name = `${one.pull === null ? '' : `#${one.pull} `}${plain(one.title, 40)}`;
      const left = px > WIDTH * 0.7;
      return `${dot}<text x="${left ? px - 8 : px + 8}" y="${py - 6}"${left ? ' text-anchor="end"' : ''}>${escaped(name)}</text>`;
    })
    .join('\n');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
