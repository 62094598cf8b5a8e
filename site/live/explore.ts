import { render } from 'preact';
import { html } from '../page/html.ts';

/** Every experiment on a canvas: a density that is drawn in milliseconds, however many there are, and read with the arrow keys. */

interface Columns {
  minute: number[];
  loss: (number | null)[];
}

const RANGES = {
  all: 'all of it',
  '90': 'the last 90 days',
  '30': 'the last 30 days',
  '7': 'the last 7 days',
};
type Range = keyof typeof RANGES;

const [WIDTH, HEIGHT, CELL] = [960, 320, 4];

/** @param box where it is shown; it names the files */
export function explore(box: HTMLElement | null) {
  if (!box) return;
  const asked = new URLSearchParams(location.search);
  const range = asked.get('range');
  const state: State = {
    range: range !== null && Object.hasOwn(RANGES, range) ? (range as Range) : 'all',
    failed: asked.get('failed') !== '0',
    columns: null,
    at: null,
    problem:
      range !== null && !Object.hasOwn(RANGES, range)
        ? `There is no range "${range}": shown is all of it.`
        : '',
  };
  const show = (change: Partial<State>) => {
    Object.assign(state, change);
    const scales = state.columns && scalesOf(state.columns, state.range);
    render(
      controls(state, scales, show, () => load(box, state, show)),
      box,
    );
    const canvas = box.querySelector('canvas');
    if (scales && canvas) draw(canvas, state, scales);
    if (scales) {
      const query = new URLSearchParams({ range: state.range, failed: state.failed ? '1' : '0' });
      history.replaceState(null, '', `?${query}${location.hash}`);
    }
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => show({}));
  show({});
  if (range !== null) void load(box, state, show);
}

interface State {
  range: Range;
  failed: boolean;
  columns: Columns | null;
  /** Where the data cursor stands, in cells from the left. */
  at: number | null;
  problem: string;
}

async function load(
  box: HTMLElement,
  { range }: Pick<State, 'range'>,
  show: (change: Partial<State>) => void,
) {
  try {
    const files = box.dataset.files!.split(' ').filter(Boolean);
    const parts = await Promise.all(files.map(partOf));
    show({
      columns: { minute: parts.flatMap(({ minute }) => minute), loss: parts.flatMap(({ loss }) => loss) },
    });
  } catch {
    if (!(await goesOnInNewer(range)))
      show({ problem: 'The experiments could not be loaded. Try again in some minutes.' });
  }
}

async function partOf(file: string): Promise<Columns> {
  const answer = await fetch(file);
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  return await answer.json();
}

/**
 * A newer version of the site was published, and the files of this one are gone: the newer page is loaded and goes on with the same. Once:
 * Pages may serve the old page and the new files for a while.
 */
async function goesOnInNewer(range: Range): Promise<boolean> {
  const { root, commit } = document.getElementById('main')!.dataset;
  const query = new URLSearchParams(location.search);
  try {
    const head = await (await fetch(`${root}head.json`, { cache: 'no-cache' })).json();
    if (typeof head.commit !== 'string' || head.commit === commit || query.get('newer') === head.commit)
      return false;
    query.set('range', range);
    query.set('newer', head.commit); // an address that no cache has
    location.replace(`?${query}${location.hash}`);
    return true;
  } catch {
    return false; // no connection
  }
}

function controls(
  state: State,
  scales: Scales | null,
  show: (change: Partial<State>) => void,
  start: () => void,
) {
  const { range, failed, problem, at } = state;
  if (!scales)
    return html`<p><button type="button" onClick=${start}>Show every experiment</button> ${problem}</p>`;
  const move = (event: KeyboardEvent) => {
    const last = WIDTH / CELL - 1;
    const steps: Record<string, number> = {
      ArrowRight: Math.min(last, (at ?? -1) + 1),
      ArrowLeft: Math.max(0, (at ?? last + 1) - 1),
      Home: 0,
      End: last,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    show({ at: next });
  };
  return html`<div>
    <p class="controls">
      <label>Range <select value=${range} onChange=${(event: Event) => show({ range: (event.target as HTMLSelectElement).value as Range, at: null })}>
        ${Object.entries(RANGES).map(([key, name]) => html`<option value=${key} selected=${key === range}>${name}</option>`)}
      </select></label>
      <label><input type="checkbox" checked=${failed} onChange=${() => show({ failed: !failed })} /> failures along the upper edge</label>
    </p>
    <canvas width=${WIDTH} height=${HEIGHT} tabindex="0" role="img" onKeyDown=${move}
      aria-label="Every experiment by time and loss. Arrow keys move through time."></canvas>
    <p role="status">${problem} ${saidOf(state, scales)}</p>
  </div>`;
}

interface Scales {
  from: number;
  to: number;
  low: number;
  high: number;
}

function scalesOf({ minute, loss }: Columns, range: Range): Scales {
  const to = minute.at(-1) ?? 0;
  const from = range === 'all' ? (minute[0] ?? 0) : to - Number(range) * 1440;
  const seen = loss.filter((value, i): value is number => value !== null && minute[i]! >= from);
  const sorted = seen.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const room = Math.max(1, (at(0.98) - at(0)) * 0.05);
  return { from, to: Math.max(to, from + 1), low: at(0) - room, high: at(0.98) + room };
}

const column = (minute: number, { from, to }: Scales) =>
  Math.min(WIDTH / CELL - 1, Math.floor(((minute - from) / (to - from)) * (WIDTH / CELL)));

function saidOf(state: State, scales: Scales): string {
  const { minute, loss } = state.columns!;
  if (state.at === null) {
    const shown = minute.filter((at) => at >= scales.from).length;
    const day = (at: number) => new Date(at * 60_000).toISOString().slice(0, 10);
    return `All ${shown.toLocaleString('en-US')} experiments from ${day(scales.from)} to ${day(scales.to)}; loss from ${micro(scales.low)} to ${micro(scales.high)}, what lies beyond is on the edge.`;
  }
  let [n, none, best] = [0, 0, Number.POSITIVE_INFINITY];
  for (const [i, at] of minute.entries()) {
    if (at < scales.from || column(at, scales) !== state.at) continue;
    const value = loss[i];
    if (value == null) none += 1;
    else {
      n += 1;
      best = Math.min(best, value);
    }
  }
  const begins = scales.from + (state.at / (WIDTH / CELL)) * (scales.to - scales.from);
  const when = new Date(begins * 60_000).toISOString().slice(0, 16).replace('T', ' ');
  return `From ${when}: ${n} with a loss${n > 0 ? `, the lowest ${micro(best)}` : ''}, ${none} failed.`;
}

const micro = (loss: number) => (loss / 1e6).toFixed(4);

function draw(canvas: HTMLCanvasElement, state: State, scales: Scales) {
  const { minute, loss } = state.columns!;
  const [columns, rows] = [WIDTH / CELL, HEIGHT / CELL];
  const counts = new Uint32Array(columns * rows);
  const failures = new Uint32Array(columns);
  for (const [i, at] of minute.entries()) {
    if (at < scales.from) continue;
    const value = loss[i];
    const x = column(at, scales);
    if (value == null) failures[x]! += 1;
    else {
      const share = (scales.high - value) / (scales.high - scales.low);
      const y = Math.max(2, Math.min(rows - 1, Math.floor(share * rows)));
      counts[y * columns + x]! += 1;
    }
  }
  const context = canvas.getContext('2d')!;
  const style = getComputedStyle(canvas);
  context.clearRect(0, 0, WIDTH, HEIGHT);
  const paint = (values: Uint32Array, colour: string, place: (i: number) => [number, number]) => {
    const most = Math.log(1 + values.reduce((a, b) => Math.max(a, b), 0));
    context.fillStyle = colour;
    for (const [i, n] of values.entries()) {
      if (n === 0) continue;
      context.globalAlpha = 0.25 + (0.75 * Math.log(1 + n)) / most;
      context.fillRect(...place(i), CELL, CELL);
    }
  };
  // A canvas knows no variables of the sheet: they are resolved first.
  paint(counts, style.getPropertyValue('--text'), (i) => [
    (i % columns) * CELL,
    Math.floor(i / columns) * CELL,
  ]);
  if (state.failed) paint(failures, style.getPropertyValue('--bad'), (i) => [i * CELL, 0]);
  context.globalAlpha = 1;
  if (state.at === null) return;
  context.fillStyle = style.getPropertyValue('--link');
  context.fillRect(state.at * CELL + CELL / 2 - 1, 0, 2, HEIGHT);
}
