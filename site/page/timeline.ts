import type { Event } from '../../core/formats/events.ts';
import { bpb, signed } from '../../core/text/loss.ts';
import { pullNames } from '../../core/text/plural.ts';
import { minuteOf } from '../../core/text/time.ts';
import { html } from './html.ts';
import { pullLink } from './link.ts';
import { experimentPath, type Place } from './place.ts';

/** What happened, the newest first. Each kind has a sign and a word, so that colour is never alone. */

/** @param has whether a page of this address is there */
export function timeline(events: readonly Event[], place: Place, has?: (path: string) => boolean) {
  return html`<ol class="timeline">${events.map((event) => entry(event, place, has))}</ol>`;
}

/** Where the script of a page (`live/main.ts`) says that it listens, announces what it hears, and shows it. */
export function freshPlaces() {
  return html`<div id="live"></div>
    <p id="said" class="unseen" aria-live="polite"></p>
    <div id="fresh"></div>`;
}

function entry(event: Event, place: Place, has: (path: string) => boolean = () => false) {
  const { sign, word, said } = tellingOf(event);
  const pull = 'pull' in event ? event.pull : null;
  const own = pull === null ? null : experimentPath(event.track, pull);
  return html`<li class=${`event ${word}`}>
    <time datetime=${event.at}>${minuteOf(event.at)}</time>
    <span class="sign" aria-hidden="true">${sign}</span>
    <span><b>${word}</b> ${pull !== null && pullLink(place, pull)} ${said}${own && has(own) && html` <a href=${place.root + own}>details<span class="unseen"> of #${pull}</span></a>`}</span>
  </li>`;
}

const SIGNS: Record<string, string> = {
  improved: '▲',
  regressed: '●',
  inconclusive: '○',
  crashed: '✕',
  timeout: '▬',
  diverged: '∞',
  invalid: '■',
  duplicate: '=',
  adopted: '◇',
  'not-held': '◆',
};

/** Words for lists, feeds and the browser's live region. */
export function tellingOf(event: Event): { sign: string; word: string; said: string } {
  switch (event.kind) {
    case 'result': {
      const { verdict, title, author, valBpb, incumbent } = event;
      const loss = valBpb === null ? '' : `: ${bpb(valBpb)}`;
      const change = valBpb === null || incumbent === null ? '' : ` (${signed(valBpb - incumbent)})`;
      return { sign: SIGNS[verdict]!, word: verdict, said: `${title} by ${author}${loss}${change}` };
    }
    case 'record': {
      const by = event.author === null ? '' : ` by ${event.author}`;
      return { sign: '★', word: 'record', said: `${bpb(event.valBpb)}: ${event.title}${by}` };
    }
    case 'adopted':
      return { sign: '◇', word: 'adopted', said: `onto the frontier, expected at ${bpb(event.loss)}` };
    case 'certified':
      return { sign: '✔', word: 'certified', said: `a chain of ${pullNames(event.pulls)}` };
    case 'refuted':
      return { sign: '✘', word: 'refuted', said: `a chain of ${pullNames(event.pulls)}` };
    case 'audit':
      return { sign: '⇄', word: 'audit', said: auditSaid(event) };
    case 'machine':
      return { sign: '+', word: 'machine', said: `${event.machine} measures for the first time` };
  }
}

function auditSaid({ machine, outcome, outlier }: Extract<Event, { kind: 'audit' }>): string {
  if (outcome === 'agreed') return `a run of ${machine} was repeated elsewhere, and agrees`;
  if (outcome === 'outlier') return `a run of ${machine} was repeated: ${outlier} stands alone`;
  if (outcome === 'unsettled') return `a run of ${machine} was repeated, and no two machines agree`;
  return `a run of ${machine} could not be repeated`;
}
