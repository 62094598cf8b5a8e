import { grouped } from '../../core/text/plural.ts';
import { choose, chosen } from './choices.ts';
import { rowsIn } from './csv.ts';

/** Tables that can be sorted: a button in the head of each column. All rows count, also those that only the file has. */

/** As many as the page shows. */
const ROWS = 25;

export interface Order {
  column: number;
  rising: boolean;
}

/** Known values first; figures by their size, words as people sort them. Equal ones keep their order. */
export function sorted(rows: readonly string[][], { column, rising }: Order): string[][] {
  const words = new Intl.Collator('en', { numeric: true });
  const compare = (a: string, b: string) => {
    const [x, y] = [figure(a), figure(b)];
    return x === null || y === null ? words.compare(a, b) : x - y;
  };
  return rows.toSorted((a, b) => {
    const [x, y] = [a[column] ?? '', b[column] ?? ''];
    if (x === '' || y === '') return Number(x === '') - Number(y === '');
    return rising ? compare(x, y) : compare(y, x);
  });
}

/** `-0.5`, `12 %`, or the first of `1.2 to 3.4`. */
function figure(text: string): number | null {
  const [, number] = /^([+-]?\d+(?:\.\d+)?)(?: %)?(?: to .*)?$/.exec(text) ?? [];
  return number === undefined ? null : Number(number);
}

/** Whether most important means largest. */
export function isFigures(rows: readonly string[][], column: number): boolean {
  const known = rows.map((row) => row[column] ?? '').filter((value) => value !== '');
  return known.length > 0 && known.every((value) => figure(value) !== null);
}

export function sortableTables() {
  for (const table of document.querySelectorAll<HTMLTableElement>('table[data-file]')) begin(table);
}

function begin(table: HTMLTableElement) {
  const id = table.closest('figure')!.id;
  const heads = [...table.tHead!.querySelectorAll('th')];
  const names = heads.map((head) => head.textContent!);
  const note = document.createElement('p');
  note.setAttribute('role', 'status');
  table.after(note);
  let rows: string[][] | null = null;
  const sort = async (column: number, wanted?: boolean) => {
    try {
      rows ??= rowsIn(await (await fetch(table.dataset.file!)).text()).slice(1);
    } catch {
      note.textContent = 'The rows could not be loaded. Try again.';
      return;
    }
    const head = heads[column]!;
    const figures = isFigures(rows, column);
    const now = head.getAttribute('aria-sort');
    const rising = wanted ?? (now === null ? !figures : now === 'descending');
    for (const other of heads) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', rising ? 'ascending' : 'descending');
    show(
      table,
      sorted(rows, { column, rising }),
      heads.map((one) => one.className),
    );
    const shown = rows.length > ROWS ? `the first ${ROWS} of ${grouped(rows.length)} rows` : 'all rows';
    note.textContent = `Sorted by "${names[column]}", ${rising ? 'rising' : 'falling'}: ${shown}.`;
    choose({ sort: `${id}.${column}.${rising ? 'rising' : 'falling'}` });
  };
  for (const [column, head] of heads.entries()) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = names[column]!;
    button.addEventListener('click', () => void sort(column));
    head.replaceChildren(button);
  }
  const [view, column, way] = chosen('sort')?.split('.') ?? [];
  if (view === id && names[Number(column)] !== undefined && /^(rising|falling)$/.test(way ?? '')) {
    table.closest('details')!.open = true;
    void sort(Number(column), way === 'rising');
  }
}

function show(table: HTMLTableElement, rows: readonly string[][], kinds: readonly string[]) {
  const lines = rows.slice(0, ROWS).map((row) => {
    const line = document.createElement('tr');
    for (const [i, value] of row.entries()) {
      const cell = document.createElement('td');
      if (kinds[i]) cell.className = kinds[i];
      cell.textContent = value === '' && kinds[i] === 'number' ? 'not known' : value;
      line.append(cell);
    }
    return line;
  });
  table.tBodies[0]!.replaceChildren(...lines);
  table.parentElement!.querySelector('.rest')?.remove();
}
