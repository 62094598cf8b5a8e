import { gitBlob } from '../../core/git-blob.ts';
import type { PagesReading, Port } from '../github/port.ts';
import { PortError } from '../github/port.ts';
import type { FileWrite } from '../model/effect.ts';
import { PAGES_MESSAGE } from '../say/commit-message.ts';
import { askPages } from './ask.ts';

/**
 * Keeps `results/MEMORY.md`, the pages of topics that outgrow it and `results/progress.svg`: made from the records whenever these
 * have changed, in one commit.
 */

const PAGE = 'results/MEMORY.md';
const PLOT = 'results/progress.svg';

/** Ends the page: the records and the leaderboard it was made from, by git's names of them. */
function stampOf({ experiments, leaderboard }: PagesReading): string {
  return `<!-- made from ${experiments} ${leaderboard} -->\n`;
}

/** Pages of topics that differ from what main has. */
function changedTopics({ topics: present }: PagesReading, made: Record<string, string>): FileWrite[] {
  const known = new Set(present.map(({ name, oid }) => `memory/${name} ${oid}`));
  return Object.entries(made)
    .filter(([path, content]) => !known.has(`${path} ${gitBlob(Buffer.from(content))}`))
    .map(([path, content]) => ({ path: `results/${path}`, content }));
}

/** A page that is no longer made would say what is no longer so: it goes in the same commit. */
function staleTopics({ topics: present }: PagesReading, made: Record<string, string>): string[] {
  return present
    .map(({ name }) => `memory/${name}`)
    .filter((path) => path.endsWith('.md') && !(path in made))
    .map((path) => `results/${path}`);
}

/** @returns what was done, in a sentence for the log */
export async function refreshPages(port: Port, cache: string): Promise<string> {
  const reading = await port.readPages();
  if (reading.experiments === null) return 'no records yet';
  const stamp = stampOf(reading);
  if (reading.page?.endsWith(stamp)) return 'the pages are of today';
  const { page, topics, plot } = await askPages({ url: reading.url, branch: reading.branch, cache });
  const files = [
    { path: PAGE, content: `${page.trimEnd()}\n\n${stamp}` },
    ...changedTopics(reading, topics),
    ...(plot === null ? [] : [{ path: PLOT, content: plot }]),
  ];
  try {
    await port.commit(reading.branch, reading.oid, PAGES_MESSAGE, files, staleTopics(reading, topics));
  } catch (error) {
    if (!(error instanceof PortError) || error.kind !== 'moved') throw error;
    return 'main moved meanwhile: left for the next time';
  }
  return 'made again';
}
