import { type ExperimentName, type Leaderboard, leaderboardSchema } from '../../results/schema.ts';
import type { Result } from '../model/result.ts';
import { parseStrictJson } from './strict-json.ts';

const LEADERBOARD_PATH = 'results/leaderboard.json';

/** The leaderboard of main. One that is missing is broken too: an empty one must never take its place by itself. */
export function parseLeaderboard(text: string | null): Result<Leaderboard> {
  if (text === null)
    return {
      ok: false,
      problems: [`${LEADERBOARD_PATH} is missing on main: restore it from main's history`],
    };
  let value: unknown;
  try {
    value = parseStrictJson(text);
  } catch (error) {
    return {
      ok: false,
      problems: [
        `${LEADERBOARD_PATH} is not JSON (${(error as Error).message}): restore it from main's history`,
      ],
    };
  }
  const parsed = leaderboardSchema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues
      .slice(0, 5)
      .map((issue) => `${LEADERBOARD_PATH}: \`${issue.path.join('.')}\`: ${issue.message}`),
  };
}

/** Experiments with audits that wait, or with verdicts to be looked at again; none where the leaderboard cannot be read. */
export function experimentsDue(board: Result<Leaderboard>): ExperimentName[] {
  if (!board.ok) return [];
  return Object.values(board.value.tracks).flatMap(({ audits, reconsider }) => [...audits, ...reconsider]);
}
