import { createRequire } from 'node:module';
import { type Answer, type Question, questions } from '../../memory/questions.ts';
import type { ProposalReading } from '../github/port.ts';
import type { SimilarOpen, SimilarResult } from '../model/snapshot.ts';
import { freshClone, runQuietly } from './clone.ts';

/** Asks the memory, in a process of its own and in the bot's own clone, what the results of a repository say. */

const require = createRequire(import.meta.url);
const MEMORY = require.resolve('../../memory/main.ts');

export interface Place {
  /** Of the repository, as people see it. */
  url: string;
  branch: string;
  /** Folder for the clone and its index. */
  cache: string;
}

export function askPages(place: Place): Promise<Answer<'pages'>> {
  return ask(place, { kind: 'pages' });
}

/** @param mine a file and why its loss should go down; @param open pull requests that are not decided */
export async function askSimilar(
  place: Place,
  mine: { text: string; hypothesis: string; track: string | null },
  open: ProposalReading[],
): Promise<{ results: SimilarResult[]; open: SimilarOpen[] }> {
  const { text, hypothesis, track } = mine;
  const found = await ask(place, { kind: 'similar', text, hypothesis, track, open });
  return {
    results: found.results.map((one) => ({ kind: 'record', ...withLikeness(one) })),
    open: found.open.map((one) => ({ kind: 'open', ...withLikeness(one) })),
  };
}

function withLikeness<T extends { diff: number; hypothesis: number }>({ diff, hypothesis, ...rest }: T) {
  const part = diff >= hypothesis ? ('diff' as const) : ('hypothesis' as const);
  return { ...rest, part, alike: Math.max(diff, hypothesis) };
}

async function ask<Kind extends Question['kind']>(
  { url, branch, cache }: Place,
  question: Extract<Question, { kind: Kind }>,
): Promise<Answer<Kind>> {
  const folder = await freshClone(url, branch, cache);
  const said = await runQuietly(process.execPath, [MEMORY], folder, {
    input: JSON.stringify(question),
    env: { DESCENT_CACHE: cache },
  });
  return questions[question.kind].answer.parse(JSON.parse(said)) as Answer<Kind>;
}
