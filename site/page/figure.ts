import type { VNode } from 'preact';
import { grouped } from '../../core/text/plural.ts';
import { drawn } from '../render.ts';
import { PHONE, WIDE } from '../views/size.ts';
import type { Branch, Cell, Part, Table, View } from '../views/view.ts';
import { type Children, html, vnodeOf } from './html.ts';

/** A view on a page: the finding, the chart for a desk and for a phone, how to read it, its numbers, and both as files. */

/** Rows on the page. The file has all of them. */
const ROWS = 25;
/** Characters. */
const LONG = 32;
/** Nobody sorts so few. */
const FEW = 3;

/** Addresses of a view's numbers, and of its chart where there is one. */
export interface Files {
  csv: string;
  svg: string | null;
}

/** A chart as it was drawn for a desk and for a phone. */
export interface Drawings {
  wide: SVGSVGElement;
  narrow: SVGSVGElement;
}

export function drawingsOf({ plot }: View): Drawings | null {
  return plot && { wide: drawn(plot(WIDE)), narrow: drawn(plot(PHONE)) };
}

/** @param beneath what else belongs to it */
export function figure(view: View, picture: Drawings | VNode | null, files: Files, beneath?: Children) {
  const { id, title, question, finding, reading, parts = [], table, tree } = view;
  return html`<figure id=${id} class="view">
    <figcaption>
      <h2><a href=${`#${id}`}>${title}</a></h2>
      <p class="question">${question}</p>
      <p class="finding">${finding}</p>
    </figcaption>
    ${parts.length > 0 && partsOf(parts)}
    ${picture && 'wide' in picture ? both(picture) : picture}
    <details><summary>How to read “${title}”</summary><p>${reading}</p></details>
    ${table.rows.length > 0 && numbers(view, files, picture === null)}
    ${tree && treeOf(tree.name, tree.root)}
    ${beneath}
  </figure>`;
}

function numbers({ title, table }: View, files: Files, open: boolean) {
  return html`<details open=${open}><summary>Numbers of “${title}”</summary>${tableOf(table, title, files.csv)}</details>
    <p class="files">
      <a href=${files.csv} download>CSV<span class="unseen"> of “${title}”</span></a>
      ${files.svg && html` <a href=${files.svg} download>SVG<span class="unseen"> of “${title}”</span></a>`}
    </p>`;
}

function both({ wide, narrow }: Drawings) {
  return html`<div class="wide">${vnodeOf(wide)}</div><div class="narrow">${vnodeOf(narrow)}</div>`;
}

/** Lists within lists: a screen reader says how deep each is. */
export function treeOf(name: string, root: Branch) {
  return html`<details open><summary>${name}</summary><ul class="tree">${branchOf(root)}</ul></details>`;
}

function branchOf({ name, words, under }: Branch): Children {
  return html`<li><b>${name}</b> ${words}${under.length > 0 && html`<ul>${under.map(branchOf)}</ul>`}</li>`;
}

/** Boxes that hide parts of the chart: the style sheet alone does it. */
function partsOf(parts: readonly Part[]) {
  return html`<p class="controls parts">${parts.map(
    ({ name, words }) => html`<label><input type="checkbox" name=${name} checked /> ${words}</label>`,
  )}</p>`;
}

/** @param caption read with the table, and not seen: the heading above says the same; @param file with all rows, where readers may sort them */
export function tableOf({ columns, rows }: Table, caption: string, file?: string) {
  const more = rows.length - ROWS;
  const shown = more > 0 ? rows.slice(0, ROWS) : rows;
  const kinds = columns.map((_, i) => kindOf(shown.map((row) => row[i]!)));
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${`Table: ${caption}`}>
    <table data-file=${rows.length > FEW ? file : null}>
      <caption class="unseen">${caption}</caption>
      <thead><tr>${columns.map((name, i) => html`<th scope="col" class=${kinds[i]}>${name}</th>`)}</tr></thead>
      <tbody>${shown.map((row) => html`<tr>${row.map((value, i) => html`<td class=${kinds[i]}>${value === null ? 'not known' : String(value)}</td>`)}</tr>`)}</tbody>
    </table>
    ${more > 0 && html`<p class="rest">The first ${ROWS} of ${grouped(rows.length)} rows; the CSV has all.</p>`}
  </div>`;
}

/** How a column is set: figures at the right, long words in several lines, all else in one. */
function kindOf(cells: readonly Cell[]): 'number' | 'words' | null {
  const known = cells.filter((cell) => cell !== null);
  if (known.every((cell) => typeof cell === 'number' || /^[+-]?[\d.]+( %)?$/.test(cell))) return 'number';
  return known.some((cell) => String(cell).length > LONG) ? 'words' : null;
}
