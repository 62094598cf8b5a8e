import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { TrackStanding } from '../core/formats/leaderboard.ts';
import { type Experiment, experimentSchema, select } from './experiment.ts';
import { COMPOSED } from './near-miss.ts';

/** Promising experiments that are neither on main nor on the frontier, and that no experiment builds on, the most promising first. */
export function openEnds(
  store: DatabaseSync,
  track: string,
  standing: TrackStanding,
  limit: number,
): Experiment[] {
  const built = [...standing.history, ...(standing.frontier?.chain ?? [])];
  const onMain = JSON.stringify(built.map(({ blob }) => blob));
  return select(
    store,
    `WHERE track = ? AND code <> '${COMPOSED}' AND (verdict IN ('inconclusive', 'improved', 'not-held') OR (verdict = 'regressed' AND valBpb < baseBpb))
       AND blob NOT IN (SELECT value FROM json_each(?))
       AND NOT EXISTS (SELECT 1 FROM parents WHERE parents.pull = experiments.pull)
     ORDER BY valBpb - baseBpb, decidedAt DESC LIMIT ?`,
    track,
    onMain,
    limit,
  );
}

/** Experiments that say they build on `pull`, or that were compared with it while it was the incumbent. */
export function childrenOf(store: DatabaseSync, pull: number): { named: Experiment[]; against: number } {
  const named = select(
    store,
    'JOIN parents ON parents.child = experiments.id WHERE parents.pull = ? ORDER BY decidedAt',
    pull,
  );
  const against = store.prepare('SELECT count(*) AS n FROM experiments WHERE incumbentPull = ?').get(pull);
  return { named, against: Number(against?.n) };
}

/** The experiments a pull request says it builds on, from its own words. */
function parentsOf(store: DatabaseSync, pull: number): number[] {
  const rows = store.prepare(
    `SELECT DISTINCT parents.pull FROM parents JOIN experiments ON experiments.id = parents.child
     WHERE experiments.pull = ? ORDER BY parents.pull`,
  );
  return rows.all(pull).map((row) => Number(row.pull));
}

export const ancestorSchema = z.strictObject({
  pull: z.int(),
  /** Null where a description names a number that has no record. */
  experiment: experimentSchema.nullable(),
  /** 1 for a parent, 2 for a parent's parent. */
  generation: z.int(),
});
export type Ancestor = z.infer<typeof ancestorSchema>;

/** Everything an experiment stands on, the nearest first. Descriptions are strangers' text: a circle ends the walk. */
export function ancestorsOf(store: DatabaseSync, pull: number, limit = 200): Ancestor[] {
  const found: Ancestor[] = [];
  const seen = new Set([pull]);
  let generation = [pull];
  for (let depth = 1; generation.length > 0 && found.length < limit; depth += 1) {
    const next = [...new Set(generation.flatMap((child) => parentsOf(store, child)))].filter(
      (n) => !seen.has(n),
    );
    for (const parent of next.slice(0, limit - found.length)) {
      seen.add(parent);
      const rows = select(store, 'WHERE pull = ? ORDER BY decidedAt DESC LIMIT 1', parent);
      found.push({ pull: parent, experiment: rows[0] ?? null, generation: depth });
    }
    generation = next;
  }
  return found;
}
