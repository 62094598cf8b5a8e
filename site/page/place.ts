/** Where the pages and GitHub are: all addresses on the pages are made here. */
export interface Place {
  /** From the page to the site's root, e.g. `../../`. */
  root: string;
  /** OWNER/REPO; null for a repository that is on no GitHub. */
  repository: string | null;
  /** e.g. https://github.com */
  server: string;
}

/** From the page at this path. */
export function placeAt(path: string, place: Omit<Place, 'root'>): Place {
  return { ...place, root: '../'.repeat(path.split('/').length - 1) };
}

export function repositoryUrl({ server, repository }: Place): string | null {
  return repository === null ? null : `${server}/${repository}`;
}

export function pullUrl(place: Place, pull: number): string | null {
  const base = repositoryUrl(place);
  return base && `${base}/pull/${pull}`;
}

export function trackPath(track: string, page = 'index'): string {
  return `tracks/${track}/${page}.html`;
}

export function experimentPath(track: string, pull: number): string {
  return `experiments/${track}/${pull}.html`;
}

/** Logins of GitHub are letters, digits, dashes and, where a company manages them, underscores. No other name becomes part of an address; null for those. */
export function personPath(login: string): string | null {
  return /^[a-z\d](?:[-_]?[a-z\d]){0,38}$/i.test(login) ? `people/${login.toLowerCase()}.html` : null;
}
