import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Event } from '../core/formats/events.ts';
import { type Place, pullUrl, repositoryUrl } from './page/place.ts';
import { tellingOf } from './page/timeline.ts';
import { legal } from './xml.ts';

/** `feed.atom`: records, adopted changes, and chains that were certified or refuted; the newest first. */

const ENTRIES = 50;
const KINDS: Event['kind'][] = ['record', 'adopted', 'certified', 'refuted'];

/** @param site the site's address with a slash at its end; null where nobody knows it. @param at when the commit was made */
export function feed(events: readonly Event[], place: Place, site: string | null, at: string): string {
  const home = repositoryUrl(place) ?? site;
  /** An entry is known by its id for ever, wherever the site moves. */
  const id = home ?? 'tag:descent.invalid,2026:feed';
  const entries = events
    .filter(({ kind }) => KINDS.includes(kind))
    .slice(-ENTRIES)
    .reverse();
  const feed = h('feed', { xmlns: 'http://www.w3.org/2005/Atom' }, [
    h('title', null, `Descent ${place.repository ?? ''}`.trim()),
    h('subtitle', null, 'Records, adopted changes, and chains that were certified or refuted'),
    h('id', null, id),
    h('updated', null, entries[0]?.at ?? at),
    h('author', null, h('name', null, 'Descent')),
    ...(site ? [h('link', { rel: 'self', type: 'application/atom+xml', href: `${site}feed.atom` })] : []),
    ...(home ? [h('link', { rel: 'alternate', href: site ?? home })] : []),
    ...entries.map((event) => {
      const { word, said } = tellingOf(event);
      const pull = 'pull' in event ? event.pull : null;
      const url = (pull === null ? null : pullUrl(place, pull)) ?? home;
      const blob = 'blob' in event ? event.blob : '';
      const title = legal(`${word}${pull === null ? '' : ` #${pull}`} ${said} (${event.track})`);
      return h('entry', null, [
        h('title', null, title),
        h('id', null, `${id}#${event.kind}-${event.track}-${blob}-${event.at}`),
        h('updated', null, event.at),
        h('summary', null, title),
        ...(url ? [h('link', { rel: 'alternate', href: url })] : []),
      ]);
    }),
  ]);
  return `<?xml version="1.0" encoding="utf-8"?>\n${renderToString(feed)}\n`;
}
