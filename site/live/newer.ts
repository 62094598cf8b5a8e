import { addressWith, chosen } from './choices.ts';

/** A newer version of the site than the page that is open. */

const { root, commit } = document.getElementById('main')!.dataset as Record<string, string>;

/** The commit of the version that is published now; null where it is that of this page, or not known. */
export async function newerVersion(): Promise<string | null> {
  try {
    const head = await (await fetch(`${root}head.json`, { cache: 'no-cache' })).json();
    return typeof head.commit === 'string' && head.commit !== commit ? head.commit : null;
  } catch {
    return null; // no connection
  }
}

/**
 * Loads it at an address that no cache has. Once: Pages may serve the old page beside the new files for a while.
 * @param choices of the reader that it goes on with
 * @returns false where it was loaded already, and is still this one
 */
export function loadVersion(newer: string, choices: Record<string, string> = {}): boolean {
  if (chosen('newer') === newer) return false;
  location.replace(addressWith({ ...choices, newer }));
  return true;
}
