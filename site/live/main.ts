import { render } from 'preact';
import type { Event as Happened } from '../../core/formats/events.ts';
import { bpb } from '../../core/text/loss.ts';
import { count } from '../../core/text/plural.ts';
import { html } from '../page/html.ts';
import type { Place } from '../page/place.ts';
import { timeline } from '../page/timeline.ts';
import { keepParts } from './choices.ts';
import { copyButtons } from './copy.ts';
import { explore } from './explore/explore.ts';
import { Loop, type Seen } from './loop.ts';
import { loadVersion, newerVersion } from './newer.ts';
import { showNow } from './now.ts';
import { sortableTables } from './sort.ts';
import { type News, WAYS } from './ways.ts';

/** The script of a page: it adds what happened since the page was built. Without it the page is complete, and as old as its commit. */

/** New events on the page, at most. */
const SHOWN = 100;
/** Events are announced to screen readers as a count, and not more often than this. */
const ANNOUNCE_MS = 60_000;
/** After news, a newer version of the site is looked for, and not more often than this. */
const NEWER_MS = 60_000;
const NEWER_SOON_MS = 10_000;

const main = document.getElementById('main')!;
const { track, tail, commit, api, raw, app, repository, server, root } = main.dataset as Record<
  string,
  string
>;
const place: Place = { root: root!, repository: repository || null, server: server! };
const fresh: Happened[] = [];
const title = document.title;
let announced = 0;
let unseen = 0;
/** The commit of a newer version of the site. */
let newer: string | null = null;
/** Something happened since one was looked for. */
let isDue = false;
let askedNewer = 0;

const [file, lines] = tail!.split(':').map(Number) as [number, number];
const where = { app: app!, api: api!, raw: raw!, repository: repository!, head: `${root}head.json` };
const loop = new Loop(
  where,
  { cursor: { file, lines }, commit: commit! },
  { onNews, onNow: (text) => showNow(text, track!, place) },
);

function onNews({ events, commit: now }: News, seen: Seen) {
  // A page of no track is there before anything is measured.
  const mine = events.filter((event) => track === undefined || event.track === track);
  fresh.unshift(...mine.toReversed());
  fresh.length = Math.min(fresh.length, SHOWN);
  if (mine.length > 0) {
    const list = document.getElementById('fresh');
    if (list) render(timeline(fresh, place), list);
    for (const event of mine) if (event.kind === 'record') showRecord(event.valBpb);
    if (document.hidden) unseen += mine.length;
    else unseen = 0;
    document.title = unseen > 0 ? `(${unseen}) ${title}` : title;
  }
  announce(mine);
  if (seen.way === 'snapshot' && now !== commit) newer = now;
  showState(seen);
  isDue ||= mine.length > 0;
  if (isDue && Date.now() - askedNewer > (track === undefined ? NEWER_SOON_MS : NEWER_MS))
    void findNewer(seen);
}

/** The charts are as old as the page: a newer one is offered. A page that has none yet goes on to it. */
async function findNewer(seen: Seen) {
  askedNewer = Date.now();
  newer = await newerVersion();
  isDue = newer === null;
  if (newer === null || (track === undefined && loadVersion(newer))) return;
  showState(seen);
}

function showRecord(loss: number) {
  const record = document.getElementById('record');
  if (!record) return;
  record.textContent = bpb(loss);
  record.classList.add('new');
  for (const half of document.querySelectorAll('.loss small')) half.textContent = 'new';
}

let waiting: Happened[] = [];
function announce(events: Happened[]) {
  waiting.push(...events);
  if (waiting.length === 0 || Date.now() - announced < ANNOUNCE_MS) return;
  const records = waiting.filter(({ kind }) => kind === 'record').length;
  const verdicts = waiting.filter(({ kind }) => kind === 'result').length;
  const said = document.getElementById('said');
  if (said)
    said.textContent = `${count(verdicts, 'experiment')} decided, ${records === 0 ? 'no record' : count(records, 'record')}`;
  announced = Date.now();
  waiting = [];
}

function showState(seen: Seen) {
  const state = document.getElementById('live');
  if (!state) return;
  const heard = seen.at === null ? '' : `, checked at ${new Date(seen.at).toISOString().slice(11, 16)} UTC`;
  const words = seen.paused
    ? 'Paused.'
    : seen.way === null
      ? 'As of the commit below; looking for news.'
      : `Live by ${WAYS[seen.way].words}${heard}.`;
  const button = html`<button type="button" onClick=${() => showState(loop.pause(!seen.paused))}>
    ${seen.paused ? 'Go on' : 'Pause'}</button>`;
  render(
    html`<p>${words} ${newer && html`<a href="" onClick=${reload}>A newer snapshot is there: load it.</a>`} ${button}</p>`,
    state,
  );
}

/** A link to the same address would be answered from the browser's cache, for ten minutes. */
function reload(click: Event) {
  click.preventDefault();
  if (!loadVersion(newer!)) location.reload();
}

/** A page that shows no news asks for none. */
const isLive = document.getElementById('live') !== null;
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) {
    unseen = 0;
    document.title = title;
  }
  if (isLive) loop.wake();
});
document.documentElement.classList.add('scripts');
copyButtons();
keepParts();
sortableTables();
explore(document.getElementById('explore'), place);
showState({ way: null, at: null, paused: false });
if (isLive) loop.wake();
