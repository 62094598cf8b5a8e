import type { Summary } from '../summary/summary.ts';
import { headline } from './headline.ts';
import { type Children, html } from './html.ts';
import { join } from './join.ts';
import type { Place } from './place.ts';
import { timeline } from './timeline.ts';

const EVENTS = 50;

/** The first page of a track. @param figures its views */
export function overview(summary: Summary, figures: Children, place: Place) {
  return html`
    <h1 class="unseen">Track ${summary.track}</h1>
    ${headline(summary, place)}
    ${figures}
    <section id="timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">What happened last</h2>
      ${timeline(summary.events.slice(-EVENTS).reverse(), place)}
    </section>
    ${join(place)}`;
}
