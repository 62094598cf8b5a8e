import { render } from 'preact';
import type { Now } from '../../core/formats/now.ts';
import { type Children, html } from '../page/html.ts';
import { pullLink } from '../page/link.ts';
import type { Place } from '../page/place.ts';
import { basisOf, MACHINE_COLUMNS, machineRows, nowSaid, PULL_COLUMNS, pullRows } from '../summary/now.ts';

/** Queue and machines as the bot says they are, on the pages that have a place for it. What it cannot show changes nothing. */
export function showNow(text: string, track: string, place: Place) {
  const whole = document.getElementById('now');
  const sentence = document.getElementById('now-said');
  try {
    const now = JSON.parse(text) as Now;
    if (sentence) render(html`<p>Now: ${nowSaid(now, track)}</p>`, sentence);
    if (whole) render(tables(now, track, place), whole);
  } catch {
    // Another version of the bot.
  }
}

function tables(now: Now, track: string, place: Place) {
  const own = Object.hasOwn(now.tracks, track) ? now.tracks[track] : undefined;
  const named = (pull: number) => pullLink(place, pull);
  return html`<section aria-labelledby="right-now"><h2 id="right-now">Right now</h2>
    <p class="finding">${nowSaid(now, track)}</p>
    <p>At ${now.at.slice(11, 19)} UTC. ${own && basisOf(own)}</p>
    ${own && own.pulls.length > 0 && table('Pull requests', PULL_COLUMNS, pullRows<Children>(own, Date.now(), named))}
    ${now.machines.length > 0 && table('Lent machines', MACHINE_COLUMNS, machineRows(now.machines))}</section>`;
}

function table(name: string, columns: string[], rows: Children[][]) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${name}><table>
    <caption class="unseen">${name}</caption>
    <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}
