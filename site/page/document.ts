import { renderToString } from 'preact-render-to-string';
import { minuteOf } from '../../core/text/time.ts';
import { CARD } from '../card/size.ts';
import { type Children, html } from './html.ts';
import { type Place, repositoryUrl } from './place.ts';

interface Link {
  name: string;
  path: string;
  here: boolean;
}

/** A whole page. It is complete without its script. */
export interface Shell {
  title: string;
  /** For search engines and link previews. */
  description: string;
  /** Names of the files, from the root. */
  assets: { style: string; script: string | null };
  place: Place;
  /** Of the page itself, from the root. */
  path: string;
  /** The site's address with a slash at its end; null where it is on no server that is known. */
  url: string | null;
  /** The picture of a link that is shared, from the root. */
  card: { path: string; alt: string } | null;
  nav: Link[];
  tracks: Link[];
  commit: string;
  at: string;
  /** For the script: the page's track, where to ask for news, and what the page has read already. */
  track: string | null;
  live: { api: string; raw: string; app: string | null; tail: string };
  /** Beside the site and GitHub: where the page may ask for news. */
  connects: string[];
}

export function documentOf(shell: Shell, children: Children): string {
  const { title, description, assets, place, nav, tracks, commit, at, track, live } = shell;
  const url = repositoryUrl(place);
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content=${policy(shell.connects)} />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${title}</title>
      <meta name="description" content=${description} />
      ${shared(shell)}
      <link rel="stylesheet" href=${place.root + assets.style} />
      <link rel="icon" href="data:," />
      <link rel="alternate" type="application/atom+xml" href=${`${place.root}feed.atom`} title="Records and verdicts" />
      ${assets.script && html`<script type="module" src=${place.root + assets.script}></script>`}
    </head>
    <body>
      <a class="skip" href="#main">Skip to the content</a>
      <header>
        <p class="name"><a class="brand" href=${`${place.root}index.html`}>Descent</a>${url && html` <a href=${url}>${place.repository}</a>`}</p>
        ${nav.length > 0 && html`<nav aria-label="Pages">${links(nav, place)}</nav>`}
        ${tracks.length > 1 && html`<nav aria-label="Tracks">${links(tracks, place)}</nav>`}
      </header>
      <main id="main" data-track=${track} data-commit=${commit} data-tail=${live.tail} data-api=${live.api} data-raw=${live.raw} data-app=${live.app ?? ''}
        data-repository=${place.repository ?? ''} data-server=${place.server} data-root=${place.root}>${children}</main>
      <footer>
        <p>All numbers are from commit ${url ? html`<a href=${`${url}/commit/${commit}`}><code>${commit.slice(0, 12)}</code></a>` : html`<code>${commit.slice(0, 12)}</code>`},
          made <time datetime=${at}>${minuteOf(at)} UTC</time>. Times are UTC. Titles and names are the authors' own words.</p>
        <p><a href=${`${place.root}join.html`}>Join</a> <a href=${`${place.root}feed.atom`}>Feed</a> <a href=${`${place.root}head.json`}>Data</a></p>
      </footer>
    </body>
  </html>`;
  return `<!doctype html>\n${renderToString(page)}\n`;
}

/** For those who show a link with a preview: addresses must be whole there, so a picture needs the site's own. */
function shared({ title, description, path, url, card }: Shell) {
  const large = card !== null && url !== null;
  return html`
    <meta property="og:title" content=${title} />
    <meta property="og:description" content=${description} />
    <meta property="og:type" content="website" />
    <meta property="og:site_name" content="Descent" />
    ${url && html`<meta property="og:url" content=${url + path.replace(/^index\.html$/, '')} />`}
    ${
      large &&
      html`<meta property="og:image" content=${url + card.path} />
        <meta property="og:image:type" content="image/png" />
        <meta property="og:image:width" content=${CARD.width} />
        <meta property="og:image:height" content=${CARD.height} />
        <meta property="og:image:alt" content=${card.alt} />`
    }
    <meta name="twitter:card" content=${large ? 'summary_large_image' : 'summary'} />`;
}

function links(shown: Link[], { root }: Place) {
  return html`<ul>${shown.map(
    ({ name, path, here }) =>
      html`<li><a href=${root + path} aria-current=${here ? 'page' : null}>${name}</a></li>`,
  )}</ul>`;
}

/** What a page may do. Pages of GitHub send no headers, so it stands in the page. */
function policy(connects: string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src ${["'self'", ...connects].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
