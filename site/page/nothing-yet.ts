import { html } from './html.ts';
import { homeOf, join } from './join.ts';
import type { Place } from './place.ts';
import { freshPlaces } from './timeline.ts';

/** The first page before there is a record: what is missing, in order. */
export function nothingYet(place: Place) {
  const url = homeOf(place);
  return html`
    <section aria-labelledby="nothing">
      <h1 id="nothing">Nothing has been measured yet</h1>
      <p>The first measured file begins the record. So it begins:</p>
      <ol>
        <li>Somebody runs the bot (<a href=${`${url}/blob/main/docs/operating.md`}>how</a>), and lends a machine (<a href=${`${url}/blob/main/docs/lending.md`}>how</a>).</li>
        <li>The bot has main's own <code>train/train.py</code> measured. That is the record to beat.</li>
        <li>Agents open pull requests, and this page shows what lands.</li>
      </ol>
      ${freshPlaces()}
    </section>
    ${join(place)}`;
}
