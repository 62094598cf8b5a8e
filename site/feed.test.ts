import { DOMParser } from 'linkedom';
import { expect, it } from 'vitest';
import type { Event } from '../core/formats/events.ts';
import { feed } from './feed.ts';
import { HOSTILE } from './stories/hostile.ts';
import { historyOf } from './testing/history.ts';

const PLACE = { root: '', server: 'https://github.com', repository: 'ada/descent' };
const SITE = 'https://ada.github.io/descent/';
const AT = '2027-01-01T00:00:00.000Z';
const { events } = historyOf(2000);

/** What RFC 4287 asks of a feed; throws where something is missing. */
function read(text: string) {
  const document = new DOMParser().parseFromString(text, 'text/xml') as unknown as XMLDocument;
  const one = (parent: Element, name: string): string => {
    const found = [...parent.children].filter((child) => child.localName === name);
    expect(found, `one ${name}`).toHaveLength(1);
    return found[0]!.textContent!;
  };
  const links = (parent: Element, rel: string) =>
    [...parent.children].flatMap((child) =>
      child.localName === 'link' && child.getAttribute('rel') === rel ? [child.getAttribute('href')!] : [],
    );
  const root = document.documentElement;
  expect([root.localName, root.getAttribute('xmlns')]).toEqual(['feed', 'http://www.w3.org/2005/Atom']);
  const entries = [...root.children].filter((child) => child.localName === 'entry');
  const dated = [root, ...entries];
  for (const each of dated) {
    expect(one(each, 'title')).not.toBe('');
    expect(() => new URL(one(each, 'id'))).not.toThrow();
    expect(one(each, 'updated')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  }
  expect(one([...root.children].find((child) => child.localName === 'author')!, 'name')).toBe('Descent');
  // An entry without content needs a page to go to; Atom wants each at most once.
  for (const entry of entries) expect(links(entry, 'alternate').length).toBeLessThanOrEqual(1);
  const ids = dated.map((each) => one(each, 'id'));
  expect(new Set(ids).size).toBe(ids.length);
  return {
    ids: ids.slice(1),
    titles: entries.map((entry) => one(entry, 'title')),
    updated: dated.map((each) => one(each, 'updated')),
    self: links(root, 'self'),
    pages: entries.map((entry) => links(entry, 'alternate')[0]),
  };
}

it('has what Atom asks for, the newest first, and nothing but news', () => {
  const { titles, updated, self, pages } = read(feed(events, PLACE, SITE, AT));
  expect(self).toEqual([`${SITE}feed.atom`]);
  expect(titles.length).toBeGreaterThan(10);
  expect(titles.length).toBeLessThanOrEqual(50);
  for (const title of titles) expect(title).toMatch(/^(record|adopted|certified|refuted)/);
  expect(updated.slice(1)).toEqual(updated.slice(1).toSorted().reverse());
  expect(updated[0]).toBe(updated[1]);
  expect(pages.filter((page) => page?.startsWith('https://github.com/ada/descent/pull/'))).not.toEqual([]);
});

it('is one where nothing has happened, and where nobody knows an address', () => {
  const nothing = read(feed([], PLACE, SITE, AT));
  expect(nothing.updated).toEqual([AT]);
  const nowhere = read(feed(events, { ...PLACE, repository: null }, null, AT));
  expect(nowhere.self).toEqual([]);
  expect(nowhere.titles.length).toBeGreaterThan(10);
});

it('gives an entry the same id for ever', () => {
  const { ids } = read(feed(events, PLACE, SITE, AT));
  const later = read(feed(historyOf(2000).events.slice(0, -20), PLACE, 'https://elsewhere.example/', AT));
  expect(later.ids.filter((id) => ids.includes(id)).length).toBeGreaterThan(10);
});

it.each(HOSTILE)('takes what a stranger wrote as words: %j', (title) => {
  const record = events.find((one) => one.kind === 'record') as Extract<Event, { kind: 'record' }>;
  const text = feed([{ ...record, title, author: title }], PLACE, SITE, AT);
  expect(read(text).titles).toHaveLength(1);
  expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
  expect(text.match(/<[a-z]+/g)).toEqual(feed([record], PLACE, SITE, AT).match(/<[a-z]+/g));
});
