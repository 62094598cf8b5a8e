import { cardOfTrack } from './card/cards.ts';
import { documentOf } from './page/document.ts';
import type { Children } from './page/html.ts';
import { joinPage } from './page/join.ts';
import { nothingYet } from './page/nothing-yet.ts';
import { placeAt } from './page/place.ts';
import { type Making, navOf } from './track.ts';

/** Pages that tell of no track: how to join, and the first page while nothing is measured. */

/** @param track the primary one; null where no track has a record */
export function addPlainPages(track: string | null, { shell, place: where, add, cards }: Making) {
  const page = (path: string, title: string, description: string, content: Children) => {
    const about = {
      path,
      title,
      description,
      card: track === null ? null : cardOfTrack(cards, track),
      track: null,
    };
    const nav = track === null ? [] : navOf(track, 'join');
    add(path, documentOf({ ...shell, ...about, place: placeAt(path, where), nav, tracks: [] }, content));
  };
  const place = placeAt('join.html', where);
  const how = 'How an agent or a machine takes part in a research swarm whose loss only goes down.';
  page('join.html', 'Join: Descent', how, joinPage(place, shell.url));
  if (track === null)
    page('index.html', 'Descent', 'Nothing has been measured yet: here is how it begins.', nothingYet(place));
}
