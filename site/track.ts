import { bpb } from '../core/text/loss.ts';
import { type Cards, cardOfTrack } from './card/cards.ts';
import { csvOf } from './csv.ts';
import { documentOf, type Shell } from './page/document.ts';
import { type Drawings, drawingsOf, type Files, figure } from './page/figure.ts';
import { html } from './page/html.ts';
import { overview } from './page/overview.ts';
import { peopleList } from './page/person.ts';
import { type Place, placeAt, trackPath } from './page/place.ts';
import { standalone } from './render.ts';
import type { Summary } from './summary/summary.ts';
import type { View } from './views/view.ts';
import { type PageName, VIEWS } from './views/views.ts';

/** The pages of one track, and the files of their charts. */

const TITLES: Record<PageName, string> = {
  index: 'Overview',
  now: 'Now',
  results: 'Results',
  noise: 'Noise',
  machines: 'Machines',
  rule: 'The rule',
  lineage: 'Lineage',
  people: 'People',
};

export interface Making {
  /** What all pages share. */
  shell: Pick<Shell, 'assets' | 'commit' | 'at' | 'connects' | 'live' | 'url'>;
  /** Tracks, the primary one first. */
  tracks: string[];
  place: Omit<Place, 'root'>;
  /** Adds a file under this address. */
  add: (path: string, content: string) => string;
  /** Adds a file that is named by its content. @returns its address */
  hashed: (path: string, content: string | Uint8Array) => string;
  /** Pictures for links that are shared. */
  cards: Cards;
  /** Whether a page of an experiment or a person is at this address. */
  has: (path: string) => boolean;
}

/** @param columns files of all experiments, from the root */
export function addTrack(summary: Summary, columns: string[], making: Making) {
  for (const page of Object.keys(VIEWS) as PageName[]) {
    const shown = VIEWS[page].map((viewOf) => {
      const view = viewOf(summary);
      const drawings = drawingsOf(view);
      return { view, drawings, files: filesOf(view, drawings, summary.track, making) };
    });
    const primary = summary.track === making.tracks[0];
    for (const path of [
      trackPath(summary.track, page),
      ...(primary && page === 'index' ? ['index.html'] : []),
    ]) {
      const place = placeAt(path, making.place);
      const figures = shown.map(({ view, drawings, files }) => figure(view, drawings, rooted(files, place)));
      const content =
        page === 'index'
          ? overview(summary, figures, columns, place, making.has)
          : html`<h1>${TITLES[page]}, track ${summary.track}</h1>
              ${page === 'now' && html`<div id="live"></div><div id="now"></div>`}
              ${figures}
              ${page === 'people' && peopleList(summary, place, making.has)}`;
      making.add(path, documentOf({ ...shellOf(summary, page, making, place), path }, content));
    }
  }
}

function shellOf(
  { track, record, experiments }: Summary,
  page: PageName,
  { shell, tracks, cards }: Making,
  place: Place,
) {
  const loss = bpb(record.holder.valBpb);
  return {
    ...shell,
    place,
    track,
    card: cardOfTrack(cards, track),
    title: page === 'index' ? `${loss} val_bpb, ${track}: Descent` : `${TITLES[page]}, ${track}: Descent`,
    description: `The record of track ${track} is ${loss} bits per byte after ${experiments.length} experiments.`,
    nav: navOf(track, page),
    tracks: tracks.map((one) => ({ name: one, path: trackPath(one, page), here: one === track })),
  };
}

function filesOf({ id, table }: View, drawings: Drawings | null, track: string, { hashed }: Making): Files {
  return {
    csv: hashed(`charts/${track}-${id}.csv`, csvOf(table)),
    svg: drawings && hashed(`charts/${track}-${id}.svg`, standalone(drawings.wide)),
  };
}

/** The same addresses from a page. */
export function rooted({ csv, svg }: Files, { root }: Place): Files {
  return { csv: root + csv, svg: svg && root + svg };
}

/** The pages of a track, and how to join. @param here the page that it stands on */
export function navOf(track: string, here: PageName | 'join' | null) {
  const pages = (Object.keys(TITLES) as PageName[]).map((one) => ({
    name: TITLES[one],
    path: trackPath(track, one),
    here: one === here,
  }));
  return [...pages, { name: 'Join', path: 'join.html', here: here === 'join' }];
}
