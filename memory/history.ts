import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { type Experiment, select } from './experiment.ts';
import { phrase } from './search.ts';

export interface HistoryFilter {
  verdict?: string;
  author?: string;
  track?: string;
  /** ISO time; experiments decided at it or later. */
  since?: string;
  /** A Python name in the lines the experiment changed, or the function it changed. */
  touches?: string;
  limit: number;
}

/** Experiments, the newest first, and how many match in all. */
export function history(
  store: DatabaseSync,
  filter: HistoryFilter,
): { total: number; experiments: Experiment[] } {
  const conditions: [string, SQLInputValue][] = [];
  if (filter.verdict) conditions.push(['verdict = ?', filter.verdict]);
  if (filter.author)
    conditions.push(['(author = ?1 COLLATE NOCASE OR agent = ?1 COLLATE NOCASE)', filter.author]);
  if (filter.track) conditions.push(['track = ?', filter.track]);
  if (filter.since) conditions.push(['decidedAt >= ?', filter.since]);
  if (filter.touches) {
    conditions.push([
      'id IN (SELECT rowid FROM words WHERE words MATCH ?)',
      `diff : ${phrase(filter.touches)}`,
    ]);
  }
  const where = conditions.map(([sql], i) => sql.replaceAll(/\?1?/g, `?${i + 1}`)).join(' AND ');
  const clause = where === '' ? '' : `WHERE ${where}`;
  const values = conditions.map(([, value]) => value);
  const total = Number(store.prepare(`SELECT count(*) AS n FROM experiments ${clause}`).get(...values)?.n);
  const order = `${clause} ORDER BY decidedAt DESC, id DESC LIMIT ${filter.limit}`;
  return { total, experiments: select(store, order, ...values) };
}

/** Everything measured for one pull request, the newest last. */
export function experimentsOf(store: DatabaseSync, pull: number): Experiment[] {
  return select(store, 'WHERE pull = ? ORDER BY decidedAt, id', pull);
}

/** All results of one content of `train.py`, by git blob. */
export function experimentsWith(store: DatabaseSync, blob: string): Experiment[] {
  return select(store, 'WHERE blob = ? ORDER BY decidedAt, id', blob);
}
