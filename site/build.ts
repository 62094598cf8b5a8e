import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join as pathOf } from 'node:path';
import { VERDICTS } from '../core/formats/run.ts';
import { bpb } from '../core/text/loss.ts';
import { columnsOf } from './columns.ts';
import { csvOf } from './csv.ts';
import { feed } from './feed.ts';
import { documentOf } from './page/document.ts';
import { html } from './page/html.ts';
import { join } from './page/join.ts';
import { overview } from './page/overview.ts';
import { type Place, trackPath } from './page/place.ts';
import type { Source } from './read.ts';
import { standalone } from './render.ts';
import { summariesOf } from './summary/summary.ts';
import { WIDE } from './views/size.ts';
import { CHART_STYLE } from './views/style.ts';
import { viewsOf } from './views/views.ts';

/** One commit as static files: their names and texts follow from the commit and these options alone. */

export interface Options {
  /** OWNER/REPO; null for a repository that is on no GitHub. */
  repository: string | null;
  server: string;
}

export type Site = Map<string, string>;

export function buildSite(source: Source, options: Options): Site {
  const site: Site = new Map();
  const add = (path: string, text: string) => {
    site.set(path, text);
    return path;
  };
  /** Named by its content: whoever has a file of this name has this file. */
  const hashed = (path: string, text: string) =>
    add(path.replace(/(\.\w+)$/, `.${createHash('sha256').update(text).digest('hex').slice(0, 12)}$1`), text);

  const css = readFileSync(pathOf(import.meta.dirname, 'page', 'style.css'), 'utf8');
  const style = hashed('style.css', css + CHART_STYLE);
  const summaries = summariesOf(source.board, source.events, source.sigmas);
  const tracks: Record<string, object> = {};
  for (const summary of summaries) {
    const { track, record, experiments } = summary;
    const views = viewsOf(summary);
    const files = Object.fromEntries(
      views.map((view) => [
        view.id,
        {
          csv: hashed(`charts/${track}-${view.id}.csv`, csvOf(view.table)),
          svg: view.plot && hashed(`charts/${track}-${view.id}.svg`, standalone(view.plot(WIDE))),
        },
      ]),
    );
    const primary = summary === summaries[0];
    for (const path of [trackPath(track), ...(primary ? ['index.html'] : [])]) {
      const place: Place = { ...options, root: '../'.repeat(path.split('/').length - 1) };
      const nav = summaries.map((one) => {
        return { name: one.track, path: trackPath(one.track), here: one === summary };
      });
      const shell = {
        title: `${bpb(record.holder.valBpb)} val_bpb, ${track}: Descent`,
        description: `The record of track ${track} is ${bpb(record.holder.valBpb)} bits per byte after ${experiments.length} experiments.`,
        assets: { style, script: null },
        ...{ place, nav, commit: source.commit, at: source.at, connects: [] },
      };
      add(path, documentOf(shell, overview(summary, views, files, place)));
    }
    tracks[track] = {
      record: record.holder,
      interval: record.interval,
      experiments: experiments.length,
      columns: columnsOf(experiments).map((part, n) =>
        hashed(`columns/${track}-${n}.json`, JSON.stringify(part)),
      ),
    };
  }
  if (summaries.length === 0) add('index.html', nothingYet(source, options, style));
  add('feed.atom', feed(source.events, { ...options, root: '' }, source.at));
  add('badge.json', JSON.stringify(badgeOf(summaries[0]?.record.holder.valBpb)));
  const { commit, at, tail, broken } = source;
  const summaryFile = hashed('summary.json', JSON.stringify({ verdicts: VERDICTS, tracks }));
  add('head.json', JSON.stringify({ commit, at, tail, broken, summary: summaryFile }));
  return site;
}

function nothingYet(source: Source, options: Options, style: string): string {
  const place: Place = { ...options, root: '' };
  const shell = {
    title: 'Descent',
    description: 'Nothing has been measured yet.',
    assets: { style, script: null },
    ...{ place, nav: [], commit: source.commit, at: source.at, connects: [] },
  };
  return documentOf(shell, [
    html`<h1>Nothing has been measured yet</h1>`,
    html`<p>The first measured file begins the record.</p>`,
    join(place),
  ]);
}

/** For shields.io's endpoint. */
function badgeOf(loss: number | undefined) {
  const known =
    loss === undefined
      ? { message: 'not measured yet', color: 'lightgrey' }
      : { message: bpb(loss), color: 'green' };
  return { schemaVersion: 1, label: 'val_bpb', ...known };
}
