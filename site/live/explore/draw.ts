import type { Columns } from '../../columns.ts';
import { columnAt, type Scales, type Span } from './scales.ts';

/** Densities on a canvas: they take some milliseconds, however many experiments there are. */

export const CELL = 4;

export interface Look {
  failed: boolean;
  /** Where the data cursor stands, in cells from the left. */
  at: number | null;
  /** Index of the verdict of those that took the record. */
  improved: number;
}

/** @param look null: all there is and the part of it that is chosen, small */
export function draw(
  canvas: HTMLCanvasElement,
  { loss, verdict }: Columns,
  scales: Scales,
  look: Look | null,
) {
  const [columns, rows] = [canvas.width / CELL, canvas.height / CELL];
  const span: Span = look ? scales : scales.whole;
  const counts = new Uint32Array(columns * rows);
  const failures = new Uint32Array(columns);
  const rowOf = (one: number) => {
    const share = (scales.high - scales.heightOf(one)) / (scales.high - scales.low);
    return Math.max(look ? 2 : 0, Math.min(rows - 1, Math.floor(share * rows)));
  };
  for (const [i, at] of scales.xs.entries()) {
    const column = columnAt(at, span, columns);
    if (column === null) continue;
    const one = loss[i];
    if (one == null) failures[column]! += 1;
    else counts[rowOf(one) * columns + column]! += 1;
  }
  const context = canvas.getContext('2d')!;
  // A canvas knows no variables of the sheet: they are resolved first.
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(`--${name}`);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const paint = (values: Uint32Array, name: string, place: (i: number) => [number, number]) => {
    const most = Math.log(1 + values.reduce((a, b) => Math.max(a, b), 0));
    context.fillStyle = colour(name);
    for (const [i, n] of values.entries()) {
      if (n === 0) continue;
      context.globalAlpha = 0.25 + (0.75 * Math.log(1 + n)) / most;
      context.fillRect(...place(i), CELL, CELL);
    }
  };
  paint(counts, 'text', (i) => [(i % columns) * CELL, Math.floor(i / columns) * CELL]);
  if (look?.failed) paint(failures, 'bad', (i) => [i * CELL, 0]);
  context.globalAlpha = 1;
  const across = (x: number) => ((x - span.from) / (span.to - span.from)) * canvas.width;
  if (!look) {
    context.fillStyle = colour('link');
    context.globalAlpha = 0.25;
    context.fillRect(
      across(scales.from),
      0,
      Math.max(2, across(scales.to) - across(scales.from)),
      canvas.height,
    );
    context.globalAlpha = 1;
    return;
  }
  context.strokeStyle = colour('good');
  context.lineWidth = 2;
  recordLine(context, { loss, verdict }, scales, {
    across,
    up: (one) => rowOf(one) * CELL + CELL / 2,
    improved: look.improved,
  });
  if (look.at === null) return;
  context.fillStyle = colour('link');
  context.fillRect(look.at * CELL + CELL / 2 - 1, 0, 2, canvas.height);
}

/** Steps from record to record. */
function recordLine(
  context: CanvasRenderingContext2D,
  { loss, verdict }: Pick<Columns, 'loss' | 'verdict'>,
  { xs, from, to }: Scales,
  { across, up, improved }: { across: (x: number) => number; up: (loss: number) => number; improved: number },
) {
  let [best, height] = [Number.POSITIVE_INFINITY, null as number | null];
  context.beginPath();
  for (const [i, x] of xs.entries()) {
    const one = loss[i];
    if (x > to) break;
    if (verdict[i] !== improved || one == null || one >= best) continue;
    best = one;
    const place = across(Math.max(x, from));
    if (height === null || x < from) context.moveTo(place, up(one));
    else {
      context.lineTo(place, height);
      context.lineTo(place, up(one));
    }
    height = up(one);
  }
  if (height !== null) context.lineTo(across(to), height);
  context.stroke();
}
