import type { Event } from '../../core/formats/events.ts';
import { type ExperimentResult, resultPath } from '../../core/formats/result.ts';
import { clean } from '../../core/text/harmless/github.ts';
import { bpb, signed } from '../../core/text/loss.ts';
import { count } from '../../core/text/plural.ts';
import type { Experiment } from '../summary/experiments.ts';
import { type Evidence, gainOf } from './evidence/evidence.ts';
import { type Files, figure } from './figure.ts';
import { html } from './html.ts';
import { experimentPath, type Place, personPath, pullUrl, repositoryUrl } from './place.ts';
import { timeline } from './timeline.ts';

/** One experiment: what was expected and measured, run by run, and what happened to it. */

/** Letters of a hypothesis; the pull request has all of it. */
const HYPOTHESIS = 2000;

interface Beside {
  evidence: Evidence;
  /** Of the evidence. */
  files: Files;
  /** Pull requests whose authors say they build on it. */
  children: readonly number[];
  result: ExperimentResult | null;
}

/** Of those that build on it, so many are named. */
const NAMED = 20;

/** @param events of this experiment; @param has whether a page of this address is there */
export function experimentPage(
  one: Experiment,
  events: readonly Event[],
  { evidence, files, children, result }: Beside,
  has: (path: string) => boolean,
  place: Place,
) {
  const { pull, track, title, author, agent, expect, buildsOn } = one;
  const words = result && clean(result.authorText.hypothesis, HYPOTHESIS);
  const url = pullUrl(place, pull);
  const home = repositoryUrl(place);
  const person = personPath(author);
  return html`
    <h1>#${pull} ${title}</h1>
    <section aria-label="Verdict">
      <p class="finding">${experimentSentence(one, result)}</p>
      <p>By ${person && has(person) ? html`<a href=${place.root + person}>${author}</a>` : author}${agent === null ? '' : `, agent ${agent}`}.
        ${expect !== null && ` The author expected ${signed(expect)}.`}
        ${buildsOn.length > 0 && html` It builds on ${buildsOn.map((other) => experimentLink(other, track, has, place))}.`}
        ${children.length > 0 && html` ${count(children.length, 'pull request')} ${children.length === 1 ? 'builds' : 'build'} on it: ${children.slice(-NAMED).map((other) => experimentLink(other, track, has, place))}${children.length > NAMED && `and ${children.length - NAMED} before`}`}</p>
      ${words && html`<p>The author's hypothesis:</p><blockquote><p class="words">${words}</p></blockquote>`}
      ${url && html`<p><a href=${url}>Pull request, with hypothesis and reason</a> <a href=${`${home}/blob/main/${resultPath(one)}`}>The whole result</a></p>`}
    </section>
    ${figure(evidence.view, evidence.picture, files, evidence.beneath)}
    <section aria-labelledby="events"><h2 id="events">What happened</h2>${timeline(events.toReversed(), place)}</section>`;
}

/** Also what a preview of a link says. @param result null where it was not read: then the interval is that of a normal */
export function experimentSentence(one: Experiment, result: ExperimentResult | null): string {
  const { verdict, valBpb, incumbent, runs } = one;
  const measured = valBpb === null ? 'no loss' : `val_bpb ${bpb(valBpb)}`;
  const change =
    valBpb === null || incumbent === null ? '' : `, ${signed(valBpb - incumbent)} beside ${bpb(incumbent)}`;
  const gain = result?.evidence?.effect ?? gainOf(one);
  const sure =
    gain === null
      ? ''
      : ` The estimated gain is ${signed(gain.estimate)} (95 %: ${signed(gain.low)} to ${signed(gain.high)}).`;
  return `${verdict[0]!.toUpperCase()}${verdict.slice(1)}: ${measured}${change}, from ${count(runs.length, 'run')}.${sure}`;
}

function experimentLink(pull: number, track: string, has: (path: string) => boolean, place: Place) {
  const path = experimentPath(track, pull);
  const href = has(path) ? place.root + path : pullUrl(place, pull);
  return href ? html`<a href=${href}>#${pull}</a> ` : `#${pull} `;
}
