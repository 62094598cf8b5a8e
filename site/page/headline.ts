import { bpb } from '../../core/text/loss.ts';
import { count, grouped } from '../../core/text/plural.ts';
import type { Summary } from '../summary/summary.ts';
import { html } from './html.ts';
import { type Place, pullUrl } from './place.ts';

/** The record in one number, how sure that is, and what the swarm did for it. */
export function headline({ record, track, experiments, holders, authors }: Summary, place: Place) {
  const { holder, interval, gain } = record;
  const url = holder.pull === null ? null : pullUrl(place, holder.pull);
  const named = holder.pull === null ? holder.title : `#${holder.pull} ${holder.title}`;
  return html`<section class="headline" aria-label="Record">
    <p class="loss"><span id="record">${bpb(holder.valBpb)}</span>
      ${interval && html` <small>95 %: ${bpb(interval.low)} to ${bpb(interval.high)}</small>`}</p>
    <p>bits per byte (<code>val_bpb</code>) on track <code>${track}</code>, lower is better.
      Held since <time datetime=${holder.at}>${holder.at.slice(0, 10)}</time> by ${url ? html`<a href=${url}>${named}</a>` : named}${holder.author === null ? '' : ` of ${holder.author}`}.
      ${interval ? ` ${count(interval.runs, 'run')} on machines of ${count(interval.owners, 'owner')} give that interval.` : ' One run decides on this track, so no interval is known.'}</p>
    <dl class="facts">
      ${fact('experiments', grouped(experiments.length))}
      ${fact('improvements', grouped(holders.length - 1))}
      ${fact('authors', grouped(authors))}
      ${fact('below the beginning', bpb(gain))}
    </dl>
    <p><a class="act" href=${`${place.root}join.html`}>Join the swarm</a></p>
  </section>`;
}

/** A figure and what it counts, in a list of facts. */
export function fact(name: string, value: string) {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}
