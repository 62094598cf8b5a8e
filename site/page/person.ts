import { signed } from '../../core/text/loss.ts';
import { count } from '../../core/text/plural.ts';
import type { Experiment } from '../summary/experiments.ts';
import type { Summary } from '../summary/summary.ts';
import { standingOf } from '../views/people/agents.ts';
import { html } from './html.ts';
import { type Place, personPath } from './place.ts';
import { timeline } from './timeline.ts';

const LATEST = 50;
const LISTED = 100;

/** One author: what was tried and what held, on every track. */
export function personPage(author: string, tracks: readonly [track: string, Experiment[]][], place: Place) {
  return html`
    <h1>${author}</h1>
    <p><a href=${`${place.server}/${author}`}>${author} on ${new URL(place.server).host}</a></p>
    ${tracks.map(
      ([track, own]) => html`<section aria-labelledby=${`on-${track}`}>
        <h2 id=${`on-${track}`}>Track ${track}</h2>
        <p class="finding">${personSentence(own)}</p>
        ${timeline(own.slice(-LATEST).toReversed(), place)}
        ${own.length > LATEST && html`<p>The last ${LATEST} of ${own.length}.</p>`}
      </section>`,
    )}`;
}

/** Also what a preview of a link says. */
export function personSentence(own: readonly Experiment[]): string {
  const { tries, merged, adopted, gain, reach, hours } = standingOf(own);
  const held = `${count(merged, 'record')}, ${adopted} adopted`;
  const sure =
    merged === 0
      ? ''
      : ` Confirmed gain: ${signed(gain)} (95 %: ${signed(gain - reach)} to ${signed(gain + reach)}).`;
  return `${tries} ${tries === 1 ? 'try' : 'tries'} in ${hours.toFixed(1)} hours of machines; ${held}.${sure}`;
}

/** Links to the pages of the authors with the most tries. */
export function peopleList({ experiments }: Summary, place: Place, has: (path: string) => boolean) {
  const shown = [...Map.groupBy(experiments, ({ author }) => author)]
    .toSorted((a, b) => b[1].length - a[1].length)
    .flatMap(([author]) => {
      const path = personPath(author);
      return path && has(path) ? [{ author, path }] : [];
    });
  if (shown.length === 0) return null;
  return html`<section aria-labelledby="pages">
    <h2 id="pages">Pages of authors</h2>
    <p>${shown.slice(0, LISTED).map(({ author, path }) => html`<a href=${place.root + path}>${author}</a> `)}</p>
  </section>`;
}
