import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Event } from '../core/formats/events.ts';
import { type Place, pullUrl, repositoryUrl } from './page/place.ts';
import { tellingOf } from './page/timeline.ts';
import { legal } from './xml.ts';

/** `feed.atom`: records, adopted changes, and chains that were certified or refuted; the newest first. */

const ENTRIES = 50;

export function feed(events: readonly Event[], place: Place, at: string): string {
  const news = events.filter(({ kind }) => ['record', 'adopted', 'certified', 'refuted'].includes(kind));
  const home = repositoryUrl(place) ?? 'urn:descent';
  const entries = news.slice(-ENTRIES).reverse();
  const feed = h('feed', { xmlns: 'http://www.w3.org/2005/Atom' }, [
    h('title', null, `Descent ${place.repository ?? ''}`.trim()),
    h('id', null, home),
    h('updated', null, entries[0]?.at ?? at),
    h('link', { href: home }),
    ...entries.map((event) => {
      const { word, said } = tellingOf(event);
      const pull = 'pull' in event ? event.pull : null;
      const url = (pull === null ? null : pullUrl(place, pull)) ?? home;
      const blob = 'blob' in event ? event.blob : '';
      return h('entry', null, [
        h('title', null, legal(`${word}${pull === null ? '' : ` #${pull}`} ${said} (${event.track})`)),
        h('id', null, `${home}#${event.kind}-${event.track}-${blob}-${event.at}`),
        h('updated', null, event.at),
        h('author', null, h('name', null, 'Descent')),
        h('link', { href: url }),
      ]);
    }),
  ]);
  return `<?xml version="1.0" encoding="utf-8"?>\n${renderToString(feed)}\n`;
}
