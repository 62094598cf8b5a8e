import { render } from 'preact';
import type { Columns } from '../../columns.ts';
import { html } from '../../page/html.ts';
import { pullLink } from '../../page/link.ts';
import { type Place, pullUrl } from '../../page/place.ts';
import { choose, chosen } from '../choices.ts';
import { CELL, draw } from './draw.ts';
import { loaded } from './load.ts';
import {
  ACROSS,
  type Choice,
  moved,
  RANGES,
  type Range,
  type Scales,
  type Span,
  scalesOf,
  UP,
  within,
  zoomed,
} from './scales.ts';
import { placeOf, saidOf } from './words.ts';

/** Every experiment on a canvas: by time or in order, as a whole and enlarged, read with the arrow keys. The address keeps what is chosen. */

const [WIDTH, HEIGHT, SMALL] = [960, 320, 48];
const COLUMNS = WIDTH / CELL;

interface State extends Choice {
  failed: boolean;
  columns: Columns | null;
  /** Where the data cursor stands, in cells from the left. */
  at: number | null;
  problem: string;
}

type Show = (change: Partial<State>) => void;

/** @param box where it is shown; it names the files, the record, and the verdict of those that took it */
export function explore(box: HTMLElement | null, place: Place) {
  if (!box) return;
  const { files = '', best, improved } = box.dataset;
  const state = asked();
  const begin = async () => {
    const columns = await loaded(files.split(' ').filter(Boolean), state.range);
    if (columns === null)
      show({ problem: 'The experiments could not be loaded. Try again in some minutes.' });
    else if (columns !== 'elsewhere') show({ columns });
  };
  const show: Show = (change) => {
    Object.assign(state, change);
    const { columns } = state;
    const scales = columns && scalesOf(columns, state, Number(best));
    const shown = columns && scales ? panel(state, columns, scales, show, place) : button(state, begin);
    render(shown, box);
    if (!columns || !scales) return;
    const [detail, overview] = box.querySelectorAll('canvas');
    draw(detail!, columns, scales, { ...state, improved: Number(improved) });
    draw(overview!, columns, scales, null);
    keep(state, scales);
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => show({}));
  show({});
  if (chosen('range') !== null) void begin();
}

/** What the address asks for. What is not known is said. */
function asked(): State {
  const problems: string[] = [];
  const one = <K extends string>(name: string, known: Record<K, string>, usual: K, instead: string): K => {
    const value = chosen(name);
    if (value === null) return usual;
    if (Object.hasOwn(known, value)) return value as K;
    problems.push(`There is no ${instead} "${value}": shown is ${known[usual]}.`);
    return usual;
  };
  const number = (name: string) => {
    const value = chosen(name);
    return value !== null && Number.isFinite(Number(value)) ? Number(value) : null;
  };
  return {
    range: one<Range>('range', RANGES, 'all', 'range'),
    x: one('x', ACROSS, 'time', 'axis'),
    y: one('y', UP, 'loss', 'axis'),
    from: number('from'),
    to: number('to'),
    failed: chosen('failed') !== '0',
    ...{ columns: null, at: null, problem: problems.join(' ') },
  };
}

function keep({ range, x, y, failed }: State, { from, to }: Scales) {
  const own = range === 'own';
  choose({
    range,
    failed: failed ? '1' : '0',
    x: x === 'time' ? null : x,
    y: y === 'loss' ? null : y,
    from: own ? String(from) : null,
    to: own ? String(to) : null,
    newer: null,
  });
}

function button({ problem }: State, begin: () => void) {
  return html`<p><button type="button" onClick=${begin}>Show every experiment</button> ${problem}</p>`;
}

function panel(state: State, columns: Columns, scales: Scales, show: Show, place: Place) {
  const { failed, problem, at } = state;
  const { text, lowest } = saidOf(columns, scales, state, at, COLUMNS);
  const url = lowest === null ? null : pullUrl(place, lowest);
  const choice = <K extends string>(
    name: string,
    known: Record<K, string>,
    value: K,
    change: (value: K) => Partial<State>,
  ) =>
    html`<label>${name} <select value=${value} onChange=${(event: Event) => show({ ...change((event.target as HTMLSelectElement).value as K), at: null })}>
      ${Object.entries(known).map(([key, words]) => html`<option value=${key} selected=${key === value}>${words}</option>`)}
    </select></label>`;
  return html`<div>
    <p class="controls">
      ${choice('Range', RANGES, state.range, (range) => ({ range, ...(range === 'own' ? spanned(scales) : {}) }))}
      ${choice('Across', ACROSS, state.x, (x) => ({ x, range: state.range === 'own' ? 'all' : state.range }))}
      ${choice('Up', UP, state.y, (y) => ({ y }))}
      <label><input type="checkbox" checked=${failed} onChange=${() => show({ failed: !failed })} /> failures along the upper edge</label>
    </p>
    <canvas width=${WIDTH} height=${HEIGHT} tabindex="0" role="img" onKeyDown=${keys(state, scales, show, url)}
      aria-label="Every experiment; the line is the record. Left and right arrow keys move a cursor, plus and minus enlarge and reduce, with Shift the arrows move the part that is shown, Enter opens the best at the cursor."></canvas>
    <p role="status">${problem} ${text} ${lowest !== null && pullLink(place, lowest)}</p>
    <canvas class="overview" width=${WIDTH} height=${SMALL} aria-hidden="true" onPointerDown=${brush(scales, show)}></canvas>
    <p class="controls">
      ${slider('From', scales.from, state, scales, (from) => show(own({ from, to: scales.to }, scales)))}
      ${slider('To', scales.to, state, scales, (to) => show(own({ from: scales.from, to }, scales)))}
      <button type="button" onClick=${() => show(own(zoomed(scales, 0.5, middleOf(scales)), scales))}>Enlarge</button>
      <button type="button" onClick=${() => show(own(zoomed(scales, 2, middleOf(scales)), scales))}>Reduce</button>
    </p>
  </div>`;
}

function slider(
  name: string,
  value: number,
  state: State,
  { whole }: Scales,
  change: (value: number) => void,
) {
  return html`<label>${name} <input type="range" min=${whole.from} max=${whole.to} value=${value} aria-valuetext=${placeOf(value, state)}
    onInput=${(event: Event) => change(Number((event.target as HTMLInputElement).value))} /></label>`;
}

const spanned = ({ from, to }: Span) => ({ from, to });
const middleOf = ({ from, to }: Span) => (from + to) / 2;

function own(span: Span, { whole }: Scales): Partial<State> {
  return { range: 'own', ...within(span, whole), at: null };
}

function keys({ at }: State, scales: Scales, show: Show, url: string | null) {
  const last = COLUMNS - 1;
  const around =
    at === null ? middleOf(scales) : scales.from + ((at + 0.5) / COLUMNS) * (scales.to - scales.from);
  const move = (next: number) => () => show({ at: next });
  const acts: Record<string, () => void> = {
    ArrowRight: move(Math.min(last, (at ?? -1) + 1)),
    ArrowLeft: move(Math.max(0, (at ?? last + 1) - 1)),
    Home: move(0),
    End: move(last),
    '+': () => show(own(zoomed(scales, 0.5, around), scales)),
    '-': () => show(own(zoomed(scales, 2, around), scales)),
    'Shift ArrowRight': () => show(own(moved(scales, 0.25), scales)),
    'Shift ArrowLeft': () => show(own(moved(scales, -0.25), scales)),
    Enter: () => url && location.assign(url),
  };
  return (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = acts[event.shiftKey && event.key.startsWith('Arrow') ? `Shift ${event.key}` : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
}

/** What is drawn over with the pointer is enlarged. */
function brush(scales: Scales, show: Show) {
  const { whole } = scales;
  return (down: PointerEvent) => {
    const canvas = down.currentTarget as HTMLCanvasElement;
    const placed = ({ clientX }: PointerEvent) => {
      const { left, width } = canvas.getBoundingClientRect();
      return Math.round(whole.from + ((clientX - left) / width) * (whole.to - whole.from));
    };
    const from = placed(down);
    canvas.setPointerCapture(down.pointerId);
    const move = (event: PointerEvent) => show(own({ from, to: placed(event) }, scales));
    canvas.addEventListener('pointermove', move);
    canvas.addEventListener('pointerup', () => canvas.removeEventListener('pointermove', move), {
      once: true,
    });
  };
}
