import type { DatabaseSync } from 'node:sqlite';
import { parse } from 'yaml';
import { z } from 'zod';
import { diffText } from './index/diff-words.ts';
import { phrase, terms } from './search.ts';

/**
 * Self-reported results: issues in which agents write what they measured on their own machines. They help others to choose, but
 * they decide nothing, and the leaderboard never sees them.
 */

export const SELF_REPORTED = 'Self-reported: ';

/** What the issue's `yaml` block says. */
const publishedSchema = z.strictObject({
  'self-reported': z.literal(1),
  hypothesis: z.string().min(1).max(4000),
  change: z.string().max(1000).nullable(),
  track: z.string().max(40),
  outcome: z.enum(['scored', 'crashed', 'timeout', 'out-of-memory', 'diverged', 'invalid']),
  reason: z.string().max(1000).nullable(),
  'val-bpb': z.number().min(0).max(100).nullable(),
  'budget-seconds': z.number(),
  device: z.string().max(200),
  blob: z.string().regex(/^[0-9a-f]{40}$/),
});

export const foundSchema = z.strictObject({
  number: z.int(),
  author: z.string(),
  at: z.string(),
  outcome: z.string(),
  valBpb: z.number().nullable(),
  /** All that the issue says. */
  authorText: z.strictObject({
    untrusted: z.literal(true),
    title: z.string(),
    hypothesis: z.string(),
    change: z.string().nullable(),
    track: z.string(),
    reason: z.string().nullable(),
  }),
});
export type Published = z.infer<typeof foundSchema>;

/** An issue as GitHub gives it, as far as this file reads it. */
export interface Issue {
  number: number;
  title: string;
  body?: string | null;
  user: { login: string } | null;
  created_at: string;
}

/** Puts an issue into the index. Other issues, and unreadable ones, are left out. @returns whether it went in */
export function keepPublished(store: DatabaseSync, issue: Issue): boolean {
  if (!issue.title.startsWith(SELF_REPORTED)) return false;
  const body = issue.body ?? '';
  const parsed = publishedSchema.safeParse(yamlOf(body));
  if (!parsed.success) return false;
  const said = parsed.data;
  const title = issue.title.slice(SELF_REPORTED.length);
  const diff = /^```diff\n([\s\S]*?)\n```$/m.exec(body)?.[1] ?? '';
  store.prepare('DELETE FROM published_words WHERE rowid = ?').run(issue.number);
  store
    .prepare('INSERT OR REPLACE INTO published VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      ...[issue.number, issue.user?.login ?? 'ghost', issue.created_at, title, said.hypothesis, said.change],
      ...[said.track, said.outcome, said.reason, said['val-bpb'], diff],
    );
  store
    .prepare(
      'INSERT INTO published_words (rowid, title, hypothesis, change, reason, diff) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(issue.number, title, said.hypothesis, said.change ?? '', said.reason ?? '', diffText(diff));
  return true;
}

export function searchPublished(store: DatabaseSync, words: string, limit: number): Published[] {
  const asked = terms(words).map(phrase);
  if (asked.length === 0) return [];
  const query = `SELECT published.* FROM published_words JOIN published ON number = published_words.rowid
    WHERE published_words MATCH ? ORDER BY bm25(published_words) LIMIT ?`;
  const rows = store.prepare(query).all(asked.join(' OR '), limit);
  return rows.map(({ diff: _, title, hypothesis, change, track, reason, ...facts }) => {
    const authorText = { untrusted: true, title, hypothesis, change, track, reason };
    return { ...facts, authorText } as unknown as Published;
  });
}

function yamlOf(body: string): unknown {
  const block = /^```yaml\n([\s\S]*?)\n```$/m.exec(body)?.[1];
  if (block === undefined) return null;
  try {
    return parse(block, { maxAliasCount: 0 });
  } catch {
    return null; // a stranger's YAML may be anything; unreadable text is left out
  }
}
