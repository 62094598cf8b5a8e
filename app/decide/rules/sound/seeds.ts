import type { Leaderboard } from '../../../../core/formats/leaderboard.ts';
import type { Fresh, HeadState } from '../../../model/snapshot.ts';

/**
 * A seed is used once on a track. Of a million draws from 2^53 any two are the same with probability 0.00006; those that are at
 * hand are looked up all the same.
 */
export function unusedSeeds(fresh: Fresh[], board: Leaderboard, heads: HeadState[]): Fresh[] {
  const used = new Set([
    ...Object.values(board.tracks).flatMap(({ runs, others }) =>
      [...runs, ...others.flat()].map((run) => run.seed),
    ),
    ...heads.flatMap((head) => head.runs.map((run) => run.key.seed)),
  ]);
  return fresh.filter(
    (one, i) => !used.has(one.seed) && fresh.findIndex(({ seed }) => seed === one.seed) === i,
  );
}
