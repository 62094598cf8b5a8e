import { bpb } from '../../core/text/loss.ts';
import { count } from '../../core/text/plural.ts';
import type { Summary } from '../summary/summary.ts';
import { html } from './html.ts';
import { type Place, pullUrl } from './place.ts';

/** The record in one number and one sentence. */
export function headline({ record, track, experiments, holders, authors }: Summary, place: Place) {
  const { holder, interval, gain } = record;
  const url = holder.pull === null ? null : pullUrl(place, holder.pull);
  const named = holder.pull === null ? holder.title : `#${holder.pull} ${holder.title}`;
  return html`<section class="headline" aria-label="Record">
    <p class="loss"><span id="record">${bpb(holder.valBpb)}</span>
      ${interval && html` <small>± ${halfOf(interval)}</small>`}</p>
    <p>val_bpb (bits per byte) of track <code>${track}</code>, lower is better.
      Held since <time datetime=${holder.at}>${holder.at.slice(0, 10)}</time> by ${url ? html`<a href=${url}>${named}</a>` : named}${holder.author === null ? '' : ` of ${holder.author}`}.
      ${gain > 0 && ` ${bpb(gain)} below the beginning.`}
      ${interval ? ` ${count(interval.runs, 'run')} on machines of ${count(interval.owners, 'owner')} put it between ${bpb(interval.low)} and ${bpb(interval.high)} (95 %).` : ' One run decides on this track, so no interval is known.'}</p>
    <p>${count(experiments.length, 'experiment')} of ${count(authors, 'author')}; ${count(holders.length - 1, 'improvement')}.</p>
  </section>`;
}

function halfOf({ low, high }: { low: number; high: number }): string {
  return bpb((high - low) / 2);
}
