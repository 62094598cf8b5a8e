import { VERDICTS } from '../../core/formats/run.ts';
import { minuteOf } from '../../core/text/time.ts';
import { nowSaid } from '../summary/now.ts';
import type { Summary } from '../summary/summary.ts';
import { headline } from './headline.ts';
import { type Children, html } from './html.ts';
import { join } from './join.ts';
import type { Place } from './place.ts';
import { freshPlaces, timeline } from './timeline.ts';

const EVENTS = 50;

/** The first page of a track. @param figures its views; @param columns files of all experiments, from the root */
export function overview(
  summary: Summary,
  figures: Children,
  columns: string[],
  place: Place,
  has: (path: string) => boolean,
) {
  const { now } = summary;
  return html`
    <h1 class="unseen">Track ${summary.track}</h1>
    ${headline(summary, place)}
    <div id="now-said">${now && html`<p>On ${minuteOf(now.at)} UTC: ${nowSaid(now, summary.track)}</p>`}</div>
    ${figures}
    <section class="scripted" aria-labelledby="explore-title">
      <h2 id="explore-title">Every experiment</h2>
      <p class="question">Where do they all lie? They are loaded when you ask for them.</p>
      <div id="explore" data-files=${columns.map((path) => place.root + path).join(' ')}
        data-best=${Math.round(summary.record.holder.valBpb * 1e6)} data-improved=${VERDICTS.indexOf('improved')}></div>
    </section>
    <section id="timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">What happened last</h2>
      ${freshPlaces()}
      ${timeline(summary.events.slice(-EVENTS).reverse(), place, has)}
    </section>
    ${join(place)}`;
}
