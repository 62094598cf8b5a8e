import type { TrackStanding } from '../../../core/formats/leaderboard.ts';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import { hasFrontier } from '../rules/frontier/grounds.ts';
import { judge } from '../rules/verdict.ts';
import { factsOf } from '../state/reconsidered.ts';
import type { Settings } from '../state/settings.ts';

/** What the runs of a decided experiment amount to today; null when its track is no longer configured. */
export function judgedToday(
  { config }: Settings,
  standing: TrackStanding,
  result: ExperimentResult,
  runs: RunResult[],
): ReturnType<typeof judge> | null {
  const rules = config.tracks[result.track];
  if (!rules) return null;
  const base = result.base?.blob ?? null;
  const frontier = hasFrontier(rules) && { frontier: { kind: 'candidate', base, owners: 2 } as const };
  const facts = factsOf({ runs });
  return judge({ author: result.author, facts, incumbentRuns: [], standing, rules, ...frontier });
}

/** Whether it would be adopted onto the frontier, or put onto a newer file first. */
export function isGuess(today: ReturnType<typeof judge> | null): boolean {
  return today?.kind === 'verdict' && (today.guess?.kind ?? 'reject') !== 'reject';
}
