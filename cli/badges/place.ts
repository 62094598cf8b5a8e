import { CommandError } from '../../core/errors.ts';
import { resultPath } from '../../core/formats/result.ts';

/** Where a repository and its pages are: all addresses in exported files are made here. */
export interface Place {
  /** The repository's address, e.g. https://github.com/OWNER/NAME. */
  url: string;
  /** OWNER/NAME. */
  name: string;
  /** Of its server, e.g. https://github.com. */
  server: string;
  /** The address of its pages, e.g. https://OWNER.github.io/NAME. */
  site: string;
  /** The commit that was read. */
  commit: string;
}

/** @param site null: where GitHub Pages has it */
export function placeOf(
  home: { owner: string; repo: string },
  at: { host: string; protocol: string },
  site: string | null,
  commit: string,
): Place {
  const server = `${at.protocol}//${at.host}`;
  const name = `${home.owner}/${home.repo}`;
  return { server, name, url: `${server}/${name}`, site: siteOf(home, at.host, site), commit };
}

function siteOf(
  { owner, repo }: { owner: string; repo: string },
  host: string,
  given: string | null,
): string {
  if (given !== null) return given.replace(/\/+$/, '');
  if (host !== 'github.com')
    throw new CommandError(
      `where the pages of a repository on ${host} are is not known`,
      'Name their address with --site https://...',
    );
  const pages = `${owner.toLowerCase()}.github.io`;
  return repo.toLowerCase() === pages ? `https://${pages}` : `https://${pages}/${repo}`;
}

/** The result of an experiment, as the commit has it. */
export function resultUrl({ url, commit }: Place, experiment: Parameters<typeof resultPath>[0]): string {
  return `${url}/blob/${commit}/${resultPath(experiment)}`;
}

/** `did:web` of the pages, and the path of its document below them (W3C CCG, did:web). */
export function didOf(site: string): { did: string; path: string } {
  const { host, pathname } = new URL(site);
  const folders = pathname.split('/').filter(Boolean).map(encodeURIComponent);
  return {
    did: ['did:web', host.replace(':', '%3A'), ...folders].join(':'),
    path: folders.length === 0 ? '.well-known/did.json' : 'did.json',
  };
}
