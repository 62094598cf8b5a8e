import type { Columns } from './scales.ts';

/** The experiments, from files of so many thousand each. Null: they could not be had, or the page is being loaded anew. */
export async function loaded(files: readonly string[], range: string): Promise<Columns | 'elsewhere' | null> {
  try {
    const parts = await Promise.all(files.map(partOf));
    const all = <K extends keyof Columns>(name: K) => parts.flatMap((part) => part[name] as number[]);
    return { pull: all('pull'), minute: all('minute'), loss: all('loss'), verdict: all('verdict') };
  } catch {
    return (await goesOnInNewer(range)) ? 'elsewhere' : null;
  }
}

async function partOf(file: string): Promise<Columns> {
  const answer = await fetch(file);
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  return await answer.json();
}

/**
 * A newer version of the site was published, and the files of this one are gone: the newer page is loaded and goes on with the same. Once:
 * Pages may serve the old page and the new files for a while.
 */
async function goesOnInNewer(range: string): Promise<boolean> {
  const { root, commit } = document.getElementById('main')!.dataset;
  const query = new URLSearchParams(location.search);
  try {
    const head = await (await fetch(`${root}head.json`, { cache: 'no-cache' })).json();
    if (typeof head.commit !== 'string' || head.commit === commit || query.get('newer') === head.commit)
      return false;
    query.set('range', range);
    query.set('newer', head.commit); // an address that no cache has
    location.replace(`?${query}${location.hash}`);
    return true;
  } catch {
    return false; // no connection
  }
}
