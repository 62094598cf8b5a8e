import { drawn } from '../render.ts';
import { PHONE, WIDE } from '../views/size.ts';
import type { Cell, Part, Table, View } from '../views/view.ts';
import { html, vnodeOf } from './html.ts';

/** A view on a page: the finding, the chart for a desk and for a phone, how to read it, its numbers, and both as files. */

/** Rows on the page. The file has all of them. */
const ROWS = 25;

/** Addresses of a view's numbers, and of its chart where there is one. */
export interface Files {
  csv: string;
  svg: string | null;
}

export function figure(view: View, files: Files) {
  const { id, title, question, finding, reading, plot, parts = [], table } = view;
  return html`<figure id=${id} class="view">
    <figcaption>
      <h2><a href=${`#${id}`}>${title}</a></h2>
      <p class="question">${question}</p>
      <p class="finding">${finding}</p>
    </figcaption>
    ${parts.length > 0 && partsOf(parts)}
    ${plot && html`<div class="wide">${vnodeOf(drawn(plot(WIDE)))}</div>`}
    ${plot && html`<div class="narrow">${vnodeOf(drawn(plot(PHONE)))}</div>`}
    <details><summary>How to read “${title}”</summary><p>${reading}</p></details>
    <details open=${plot === null}><summary>Numbers of “${title}”</summary>${table.rows.length > 0 ? tableOf(table, title) : html`<p>None yet.</p>`}</details>
    <p class="files">
      <a href=${files.csv} download>CSV<span class="unseen"> of “${title}”</span></a>
      ${files.svg && html` <a href=${files.svg} download>SVG<span class="unseen"> of “${title}”</span></a>`}
    </p>
  </figure>`;
}

/** Boxes that hide parts of the chart: the style sheet alone does it. */
function partsOf(parts: readonly Part[]) {
  return html`<p class="controls">${parts.map(
    ({ name, words }) => html`<label><input type="checkbox" name=${name} checked /> ${words}</label>`,
  )}</p>`;
}

/** @param caption read with the table, and not seen: the heading above says the same */
export function tableOf({ columns, rows }: Table, caption: string) {
  const more = rows.length - ROWS;
  const shown = more > 0 ? rows.slice(0, ROWS) : rows;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${`Table: ${caption}`}>
    <table>
      <caption class="unseen">${caption}</caption>
      <thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>${shown.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody>
    </table>
    ${more > 0 && html`<p>The first ${ROWS} of ${rows.length} rows; the CSV has all.</p>`}
  </div>`;
}

function cell(value: Cell) {
  const number = typeof value === 'number' || (typeof value === 'string' && /^[+-]?[\d.]+$/.test(value));
  return html`<td class=${number ? 'number' : null}>${value === null ? 'not known' : String(value)}</td>`;
}
