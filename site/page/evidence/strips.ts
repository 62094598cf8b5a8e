import { plain } from '../../../core/text/harmless/github.ts';
import { bpb, signed } from '../../../core/text/loss.ts';
import { legal } from '../../xml.ts';
import { html } from '../html.ts';

/**
 * Runs beside those of what they were compared with, an owner a row, and the estimated gain with its interval. Drawn by hand: Plot
 * would take a second for some hundred pages. It is as wide as a phone.
 */

export interface Strip {
  name: string;
  /** Bits per byte; hollow where the run does not count. */
  runs: { loss: number; counts: boolean }[];
}

export interface Gain {
  estimate: number;
  low: number;
  high: number;
}

const [WIDTH, LEFT, RIGHT, ROW, TOP] = [360, 104, 12, 20, 8];

/** @returns the picture; null where no run has a loss */
export function strips(shown: readonly Strip[], gain: Gain | null, title: string) {
  const losses = shown.flatMap(({ runs }) => runs.map(({ loss }) => loss));
  if (losses.length === 0) return null;
  const bottom = TOP + shown.length * ROW;
  const x = scaleOf(losses);
  const ends = [Math.min(...losses), Math.max(...losses)] as const;
  const height = bottom + 22 + (gain ? 54 : 0);
  return html`<svg class="chart strips" xmlns="http://www.w3.org/2000/svg" role="img" aria-label=${title} viewBox=${`0 0 ${WIDTH} ${height}`}>
    ${shown.map(({ name, runs }, i) => {
      const y = TOP + i * ROW + ROW / 2;
      return html`<g>
        <text x=${LEFT - 12} y=${y + 4} text-anchor="end">${legal(plain(name, 14))}</text>
        <line class="grid" x1=${LEFT} x2=${WIDTH - RIGHT} y1=${y} y2=${y} />
        ${runs.map(({ loss, counts }) => html`<circle class=${counts ? 'record' : 'guess'} fill=${counts ? null : 'none'} cx=${x(loss)} cy=${y} r="4" />`)}
      </g>`;
    })}
    ${axis(ends, x, bottom + 14, bpb)}
    ${gain && gainRow(gain, bottom + 36)}
  </svg>`;
}

function gainRow({ estimate, low, high }: Gain, y: number) {
  const x = scaleOf([low, high, 0]);
  return html`<g>
    <text x=${LEFT - 12} y=${y + 4} text-anchor="end">gain</text>
    <line class="zero" x1=${x(0)} x2=${x(0)} y1=${y - 10} y2=${y + 10} />
    <line class="whisker" x1=${x(low)} x2=${x(high)} y1=${y} y2=${y} />
    <circle class="record" cx=${x(estimate)} cy=${y} r="4" />
    ${axis([low, high], x, y + 24, signed)}
  </g>`;
}

function axis(
  [low, high]: readonly [number, number],
  x: (value: number) => number,
  y: number,
  said: (value: number) => string,
) {
  if (said(low) === said(high))
    return html`<text x=${x(low)} y=${y} text-anchor="middle">${said(low)}</text>`;
  // Words at the ends of a short interval would lie on each other.
  const middle = (x(low) + x(high)) / 2;
  return html`<text x=${Math.min(x(low), middle - 4)} y=${y} text-anchor="end">${said(low)}</text>
    <text x=${Math.max(x(high), middle + 4)} y=${y} text-anchor="start">${said(high)}</text>`;
}

/** With room for the words at both ends. */
function scaleOf(values: readonly number[]) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [from, to] = [LEFT + 44, WIDTH - RIGHT - 48];
  return (value: number) =>
    Number((high === low ? (from + to) / 2 : from + ((value - low) / (high - low)) * (to - from)).toFixed(1));
}
