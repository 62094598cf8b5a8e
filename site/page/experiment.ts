import type { Event } from '../../core/formats/events.ts';
import { resultPath } from '../../core/formats/result.ts';
import { bpb, signed } from '../../core/text/loss.ts';
import { count } from '../../core/text/plural.ts';
import type { Experiment } from '../summary/experiments.ts';
import { tableOf } from './figure.ts';
import { html } from './html.ts';
import { experimentPath, type Place, personPath, pullUrl, repositoryUrl } from './place.ts';
import { timeline } from './timeline.ts';

/** One experiment: what was expected and measured, run by run, and what happened to it. */

/** @param events of this experiment; @param has whether a page of this address is there */
export function experimentPage(
  one: Experiment,
  events: readonly Event[],
  has: (path: string) => boolean,
  place: Place,
) {
  const { pull, track, title, author, agent, expect, buildsOn, runs } = one;
  const url = pullUrl(place, pull);
  const home = repositoryUrl(place);
  const person = personPath(author);
  return html`
    <h1>#${pull} ${title}</h1>
    <section aria-label="Verdict">
      <p class="finding">${experimentSentence(one)}</p>
      <p>By ${person && has(person) ? html`<a href=${place.root + person}>${author}</a>` : author}${agent === null ? '' : `, agent ${agent}`}.
        ${expect !== null && ` The author expected ${signed(expect)}.`}
        ${buildsOn.length > 0 && html` It builds on ${buildsOn.map((other) => experimentLink(other, track, has, place))}.`}</p>
      ${url && html`<p><a href=${url}>Pull request, with hypothesis and reason</a> <a href=${`${home}/blob/main/${resultPath(one)}`}>The whole result</a></p>`}
    </section>
    <section aria-labelledby="runs"><h2 id="runs">Runs</h2>
      ${tableOf(
        {
          columns: ['stage', 'machine', 'outcome', 'val_bpb', 'beside what it was compared with', 'seconds'],
          rows: runs.map(([stage, , machine, outcome, loss, seconds]) => [
            stage,
            machine,
            outcome,
            loss === null ? null : bpb(loss),
            loss === null || one.incumbent === null ? null : signed(loss - one.incumbent),
            seconds,
          ]),
        },
        `Runs of #${pull}`,
      )}
    </section>
    <section aria-labelledby="events"><h2 id="events">What happened</h2>${timeline(events.toReversed(), place)}</section>`;
}

/** Also what a preview of a link says. */
export function experimentSentence({
  verdict,
  valBpb,
  incumbent,
  effect,
  standardError,
  runs,
}: Experiment): string {
  const measured = valBpb === null ? 'no loss' : `val_bpb ${bpb(valBpb)}`;
  const change =
    valBpb === null || incumbent === null ? '' : `, ${signed(valBpb - incumbent)} beside ${bpb(incumbent)}`;
  const sure =
    effect === null || standardError === null
      ? ''
      : ` The estimated gain is ${signed(effect)} (95 %: ${signed(effect - 1.96 * standardError)} to ${signed(effect + 1.96 * standardError)}).`;
  return `${verdict[0]!.toUpperCase()}${verdict.slice(1)}: ${measured}${change}, from ${count(runs.length, 'run')}.${sure}`;
}

function experimentLink(pull: number, track: string, has: (path: string) => boolean, place: Place) {
  const path = experimentPath(track, pull);
  const href = has(path) ? place.root + path : pullUrl(place, pull);
  return href ? html`<a href=${href}>#${pull}</a> ` : `#${pull} `;
}
