import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { experimentSchema, select } from './experiment.ts';
import { isNearMiss } from './near-miss.ts';

export const hitSchema = experimentSchema.extend({
  /** Larger is closer to the words. */
  score: z.number(),
  nearMiss: z.boolean(),
});
export type Hit = z.infer<typeof hitSchema>;

// The weight of a word in each column: title, hypothesis, change, insights, reason and log, diff.
const WEIGHTS = '6, 4, 5, 4, 2, 1';

/** A near miss is shown first if its relevance is at least this share of the best hit's. */
const RELEVANT = 0.5;

/** One phrase of full-text search. The text is always data. `BATCH_SIZE` becomes the words batch size in a row. */
export function phrase(text: string): string {
  return `"${text.replaceAll('"', ' ').replaceAll('\0', ' ')}"`;
}

/** The words of a question that can be searched for. */
export function terms(words: string): string[] {
  return [...new Set(words.toLowerCase().match(/[\p{L}\p{N}_.]+/gu) ?? [])].filter((word) =>
    /[\p{L}\p{N}]/u.test(word),
  );
}

/**
 * Ranked full-text search over titles, hypotheses, changes, insights, reasons, logs and diffs. Experiments with all the words
 * come first, then those with some; among the relevant ones the near misses lead, since there is still something to find.
 */
export function search(store: DatabaseSync, words: string, limit: number): Hit[] {
  const asked = terms(words).map(phrase);
  if (asked.length === 0) return [];
  const wide = Math.max(limit * 3, 30);
  let found = matches(store, asked.join(' AND '), wide);
  if (found.length < limit && asked.length > 1) {
    const some = matches(store, asked.join(' OR '), wide);
    const seen = new Set(found.map((match) => match.id));
    found = [...found, ...some.filter((match) => !seen.has(match.id))];
  }
  return nearMissesFirst(load(store, found)).slice(0, limit);
}

interface Match {
  id: number;
  score: number;
}

/** @param query in FTS5's own language; only phrases made by `phrase` may come from outside */
export function matches(store: DatabaseSync, query: string, limit: number): Match[] {
  const ranked = store.prepare(
    `SELECT rowid AS id, -bm25(words, ${WEIGHTS}) AS score FROM words WHERE words MATCH ? ORDER BY score DESC, rowid DESC LIMIT ?`,
  );
  return ranked.all(query, limit).map((row) => ({ id: Number(row.id), score: Number(row.score) }));
}

function load(store: DatabaseSync, found: Match[]): Hit[] {
  const rows = select(store, `WHERE id IN (${found.map((match) => match.id).join(', ')})`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return found.map(({ id, score }) => {
    const experiment = byId.get(id)!;
    return { ...experiment, score, nearMiss: isNearMiss(experiment) };
  });
}

function nearMissesFirst(hits: Hit[]): Hit[] {
  const best = Math.max(...hits.map((hit) => hit.score));
  const leads = (hit: Hit) => hit.nearMiss && hit.score >= best * RELEVANT;
  return [...hits.filter(leads), ...hits.filter((hit) => !leads(hit))];
}
