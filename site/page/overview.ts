import type { Summary } from '../summary/summary.ts';
import type { View } from '../views/view.ts';
import { type Files, figure } from './figure.ts';
import { headline } from './headline.ts';
import { html } from './html.ts';
import { join } from './join.ts';
import type { Place } from './place.ts';
import { timeline } from './timeline.ts';

const EVENTS = 50;

/** The first page of a track. @param files of each view, from the root */
export function overview(summary: Summary, views: View[], files: Record<string, Files>, place: Place) {
  return html`
    <h1 class="unseen">Track ${summary.track}</h1>
    ${headline(summary, place)}
    ${views.map((view) => figure(view, rooted(files[view.id]!, place)))}
    <section id="timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">What happened last</h2>
      ${timeline(summary.events.slice(-EVENTS).reverse(), place)}
    </section>
    ${join(place)}`;
}

function rooted({ csv, svg }: Files, { root }: Place): Files {
  return { csv: root + csv, svg: svg && root + svg };
}
