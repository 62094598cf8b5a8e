import type { PagesReading, Port } from '../github/port.ts';
import { PortError } from '../github/port.ts';
import { askDigest } from './ask.ts';

/** Keeps `results/MEMORY.md` and `results/progress.svg`: made from the records whenever these have changed, in one commit. */

const PAGE = 'results/MEMORY.md';
const PLOT = 'results/progress.svg';

/** Ends the page: the records and the leaderboard it was made from, by git's names of them. */
function stampOf({ experiments, leaderboard }: PagesReading): string {
  return `<!-- made from ${experiments} ${leaderboard} -->\n`;
}

/** @returns what was done, in a sentence for the log */
export async function refreshPages(port: Port, cache: string): Promise<string> {
  const reading = await port.readPages();
  if (reading.experiments === null) return 'no records yet';
  const stamp = stampOf(reading);
  if (reading.page?.endsWith(stamp)) return 'the pages are of today';
  const { page, plot } = await askDigest({ url: reading.url, branch: reading.branch, cache });
  const files = [
    { path: PAGE, content: `${page.trimEnd()}\n\n${stamp}` },
    ...(plot === null ? [] : [{ path: PLOT, content: plot }]),
  ];
  const message = {
    headline: 'memory: what the swarm has learned, and its progress',
    body: 'Made from the records by `descent digest`.',
  };
  try {
    await port.commit(reading.branch, reading.oid, message, files);
  } catch (error) {
    if (!(error instanceof PortError) || error.kind !== 'moved') throw error;
    return 'main moved meanwhile: left for the next sweep';
  }
  return 'made anew';
}
