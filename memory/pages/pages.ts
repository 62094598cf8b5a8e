import { own } from '../../core/names.ts';
import type { Memory } from '../memory.ts';
import { topicsOf } from '../topics.ts';
import { guessSentence } from './guess.ts';
import { memoryPage, topicPath } from './memory-page.ts';
import { topicPage } from './topic-page.ts';
import { wornIn, wornSentence } from './worn.ts';

/** Experiments of each kind on a topic's own page, at most. */
const MOST = 40;

/** The page of what is known, pages of the topics that outgrow it by their paths beside it, and the progress plot. */
export interface Pages {
  track: string;
  page: string;
  topics: Record<string, string>;
  /** SVG; null before the track has a record. */
  plot: string | null;
}

/** @param track the primary one when left out */
export async function pagesOf(memory: Memory, track?: string): Promise<Pages> {
  const name = track ?? memory.leaderboard.primary;
  const { text: page, outgrown } = memoryPage(
    name,
    topicsOf(memory.store, name, MOST),
    guessSentence(memory.leaderboard, name) + wornSentence(wornIn(memory, name)),
  );
  const topics = Object.fromEntries(
    outgrown.map((topic) => [topicPath(topic), topicPage(name, topic, MOST)]),
  );
  return { track: name, page, topics, plot: await plotOf(memory, name) };
}

async function plotOf({ leaderboard, store }: Memory, track: string): Promise<string | null> {
  const standing = own(leaderboard.tracks, track);
  if (!standing) return null;
  // What draws takes longer to load than any other question takes to answer.
  const { readmePlot } = await import('../../site/views/progress/readme.ts');
  const scored =
    'SELECT decidedAt AS at, valBpb, verdict FROM experiments WHERE track = ? AND valBpb IS NOT NULL';
  const dots = store
    .prepare(scored)
    .all(track)
    .map(({ at, valBpb, verdict }) => ({ at: String(at), valBpb: Number(valBpb), verdict }));
  return readmePlot({
    track,
    history: standing.history,
    tried: dots.filter(({ verdict }) => verdict !== 'adopted'),
    guesses: dots.filter(({ verdict }) => verdict === 'adopted'),
  });
}
