import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join as pathOf } from 'node:path';
import type { Now } from '../core/formats/now.ts';
import { VERDICTS } from '../core/formats/run.ts';
import { badge } from './badge.ts';
import { script } from './bundle.ts';
import { cardsOf } from './card/cards.ts';
import { columnsOf } from './columns.ts';
import { feed } from './feed.ts';
import { smallPages } from './pages.ts';
import { addPlainPages } from './plain.ts';
import type { Source } from './read.ts';
import { peopleOf } from './summary/people.ts';
import { summariesOf } from './summary/summary.ts';
import { addTrack, type Making } from './track.ts';
import { CHART_STYLE } from './views/style.ts';

/** One commit as static files: their names and texts follow from the commit and these options alone. */

export interface Options {
  /** OWNER/REPO; null for a repository that is on no GitHub. */
  repository: string | null;
  server: string;
  /** Where pages ask for news: GitHub's API, and its files as they are. */
  api: string;
  raw: string;
  /** Where the bot tells what happens, without the repository's name. Left out: as the configuration says. */
  live?: string;
  /** Who is measured and who waits, where somebody asked. */
  now?: Now;
  /** The site's own address, which links that are shared need whole. Left out: that of GitHub Pages, where it is known. */
  url?: string;
}

/** Texts, and pictures as bytes, by their addresses from the root. */
export type Site = Map<string, string | Uint8Array>;

export function buildSite(source: Source, given: Options): Site {
  const options = { ...source.site, ...given };
  const site: Site = new Map();
  const add = (path: string, content: string | Uint8Array) => {
    site.set(path, content);
    return path;
  };
  /** Named by its content: whoever has a file of this name has this file. */
  const hashed = (path: string, content: string | Uint8Array) =>
    add(
      path.replace(/(\.\w+)$/, `.${createHash('sha256').update(content).digest('hex').slice(0, 12)}$1`),
      content,
    );

  const css = readFileSync(pathOf(import.meta.dirname, 'page', 'style.css'), 'utf8');
  const style = hashed('style.css', css + CHART_STYLE);
  const summaries = summariesOf({ ...source, now: options.now ?? null });
  const { commit, at, tail, broken } = source;
  const { api, raw, repository, server } = options;
  const app = repository !== null && options.live !== undefined ? `${options.live}/${repository}` : null;
  const live = { api, raw, app, tail: `${tail.file}:${tail.lines}` };
  const shell = {
    ...{ assets: { style, script: hashed('app.js', script()) }, commit, at, live, url: urlOf(options) },
    connects:
      repository === null ? [] : [api, raw, ...(app === null ? [] : [app])].map((url) => new URL(url).origin),
  };
  const names = summaries.map(({ track }) => track);
  const tracks: Record<string, object> = {};
  const people = peopleOf(summaries, source.ledger, source.badged);
  const small = smallPages(summaries, people);
  const making: Making = {
    ...{ shell, tracks: names, place: { repository, server }, add, hashed },
    cards: shell.url === null ? new Map() : cardsOf(summaries, repository, hashed),
    has: (path) => small.paths.has(path),
  };
  for (const summary of summaries) {
    const { track, record, experiments } = summary;
    const columns = columnsOf(experiments).map((part, n) =>
      hashed(`columns/${track}-${n}.json`, JSON.stringify(part)),
    );
    addTrack(summary, columns, making);
    tracks[track] = {
      record: record.holder,
      interval: record.interval,
      experiments: experiments.length,
      columns,
    };
  }
  small.write(making);
  addPlainPages(summaries[0]?.track ?? null, making);
  add('feed.atom', feed(source.events, { repository, server, root: '' }, shell.url, source.at));
  add('badge.json', badge(summaries[0]?.record.holder.valBpb));
  const summaryFile = hashed('summary.json', JSON.stringify({ verdicts: VERDICTS, tracks }));
  add('head.json', JSON.stringify({ commit, at, tail, broken, summary: summaryFile }));
  return site;
}

/** Where the site will be, with a slash at its end. */
function urlOf({ url, repository, server }: Options): string | null {
  if (url !== undefined) return url.replace(/\/?$/, '/');
  if (repository === null || server !== 'https://github.com') return null;
  const [owner, name] = repository.toLowerCase().split('/') as [string, string];
  return `https://${owner}.github.io/${name === `${owner}.github.io` ? '' : `${repository.split('/')[1]}/`}`;
}
