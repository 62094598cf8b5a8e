import { z } from 'zod';
import { parseResult } from '../../core/formats/result.ts';
import { experimentSchema, select } from '../experiment.ts';
import { readBlobs } from '../index/blobs.ts';
import { changedLines } from '../index/diff-words.ts';
import type { Memory } from '../memory.ts';
import { matches, phrase, terms } from '../search.ts';
import { ALIKE, alike, diffFeatures, wordFeatures } from './similarity.ts';

/** Experiments that already tried something like it. */

export const similarSchema = z.strictObject({
  experiment: experimentSchema,
  /** Which part is alike, and how much, from 0 to 1. */
  diff: z.number(),
  hypothesis: z.number(),
});
export type Similar = z.infer<typeof similarSchema>;

/** Candidates that full-text search proposes for an exact comparison, and the words it is asked for. */
const CANDIDATES = 40;
const ASKED = 32;

/**
 * @param change its diff from what it was changed from. `adopted`: the diff of that file from the record. The diffs on record are
 * from the record, so they hold what was adopted before as well.
 */
export async function findSimilar(
  memory: Memory,
  change: { diff: string; hypothesis: string; adopted?: string },
): Promise<Similar[]> {
  const { store, repository } = memory;
  const changed = terms(
    changedLines(change.diff)
      .map((line) => line.slice(1).replace(/#.*$/, ''))
      .join(' '),
  );
  const said = terms(change.hypothesis);
  const ids = new Set([
    ...propose(memory, '{diff}', changed),
    ...propose(memory, '{title hypothesis change}', said),
  ]);
  const rows = select(store, `WHERE id IN (${[...ids].join(', ')})`);
  const found: Similar[] = [];
  const mine = { diff: diffFeatures(change.diff), words: wordFeatures(change.hypothesis) };
  let at = 0;
  for await (const bytes of readBlobs(
    repository.folder,
    rows.map((row) => row.oid),
  )) {
    const experiment = rows[at]!;
    at += 1;
    const parsed = parseResult(bytes);
    if (parsed.kind !== 'record') continue;
    found.push({
      experiment,
      diff: Math.max(
        alike(mine.diff, diffFeatures(parsed.result.diff)),
        change.adopted ? alike(mine.diff, diffFeatures(parsed.result.diff, change.adopted)) : 0,
      ),
      hypothesis: alike(mine.words, wordFeatures(parsed.result.authorText.hypothesis)),
    });
  }
  return found
    .filter((one) => Math.max(one.diff, one.hypothesis) >= ALIKE)
    .sort((a, b) => Math.max(b.diff, b.hypothesis) - Math.max(a.diff, a.hypothesis));
}

function propose({ store }: Memory, columns: string, words: string[]): number[] {
  if (words.length === 0) return [];
  // The longest words say most; a diff of a thousand lines must not become a question of a thousand words.
  const asked = [...words].sort((a, b) => b.length - a.length).slice(0, ASKED);
  const query = `${columns} : (${asked.map(phrase).join(' OR ')})`;
  return matches(store, query, CANDIDATES).map((match) => match.id);
}
