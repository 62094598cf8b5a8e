import { confirming } from '../../../core/credits/tokens.ts';
import type { Leaderboard, TrackStanding } from '../../../core/formats/leaderboard.ts';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { RUNS_KEPT, type RunResult, type Verdict } from '../../../core/formats/run.ts';
import { namedMap, own } from '../../../core/names.ts';
import { scoredRuns } from '../../../core/rules/acceptance/rule.ts';
import { heldoutOf, spreadOf } from '../../../core/rules/acceptance/spread.ts';
import { pooledVariance } from '../../../core/rules/acceptance/statistics.ts';
import { seen } from '../../../core/rules/audits/machines.ts';
import { meanBpb } from '../../../core/text/loss.ts';
import { freshRuns, withCounted } from '../rules/counted.ts';
import { dataOf } from '../rules/sound/data-set.ts';
import { withRuns } from '../rules/verdict.ts';

/** Old leaderboard -> new leaderboard. Nothing here writes. */

export function withStanding(board: Leaderboard, track: string, standing: TrackStanding): Leaderboard {
  return { ...board, tracks: Object.assign(namedMap(board.tracks), { [track]: standing }) };
}

/**
 * What held the record teaches how much one run spreads. No other file does: one whose seed decides would raise sigma for all
 * until nothing merged, one that hardly varies would lower it.
 */
function taught(others: TrackStanding['others'], runs: RunResult[]): TrackStanding['others'] {
  const measured = scoredRuns(runs);
  return measured.length < 2 ? others : [...others, measured].slice(-RUNS_KEPT);
}

/** The holder's loss is the mean of all its known runs. */
function measuredAgain(standing: TrackStanding, fresh: RunResult[]): TrackStanding {
  if (fresh.length === 0) return standing;
  const runs = withRuns(standing.runs, fresh);
  return {
    ...standing,
    incumbent: { ...standing.incumbent, valBpb: meanBpb(runs), heldoutBpb: heldoutOf(runs) },
    runs,
    distribution: spreadOf(runs, standing.others, sigmaOf(standing, runs)),
    sinceIncumbent: 0,
  };
}

/** Pooled over the track's repeated runs alone: for colours, not for verdicts. Null while nothing was repeated. */
export function sigmaOf(standing: TrackStanding, runs: RunResult[]): number | null {
  const files = [
    runs.flatMap((run) => run.valBpb ?? []),
    ...standing.others.map((one) => one.map((run) => run.valBpb)),
  ];
  const { variance, degrees } = pooledVariance(files, { sigma: 0, degrees: 0 });
  return degrees === 0 || variance === 0 ? null : Math.sqrt(variance);
}

/**
 * Counts the experiment, and adds the runs of the incumbent that came with it, those that were not counted before.
 * @param before its record so far, when it was measured before and is reconsidered
 */
export function withResult(
  board: Leaderboard,
  result: ExperimentResult,
  incumbentRuns: RunResult[] = [],
  before: ExperimentResult | null = null,
): Leaderboard {
  const standing = own(board.tracks, result.track);
  if (!standing) throw new Error(`track ${result.track} has no incumbent, so nothing can be recorded on it`);
  const known = new Set(before?.runs.map((run) => run.runId));
  const measured = result.runs.filter((run) => !known.has(run.runId));
  const fresh = freshRuns(standing, incumbentRuns);
  const runs = [...measured, ...fresh];
  const counted = {
    ...withCounted(standing, fresh),
    counts: recounted(standing.counts, before?.verdict ?? null, result.verdict),
    ...dataOf(standing.data, runs),
    sinceIncumbent: standing.sinceIncumbent + measured.length,
    machines: seen(standing.machines, runs, { pull: result.pull, blob: result.blob }),
  };
  return withStanding(board, result.track, measuredAgain(counted, fresh));
}

export function recounted(
  counts: TrackStanding['counts'],
  from: Verdict | null,
  to: Verdict,
): TrackStanding['counts'] {
  const next = { ...counts };
  if (from !== null) next[from] = Math.max(0, (next[from] ?? 0) - 1);
  next[to] = (next[to] ?? 0) + 1;
  return next;
}

/**
 * The experiment becomes the incumbent. The confirming runs alone, where there are any, are what the next one is compared with:
 * the luck that made exploring go on is not kept.
 */
export function withIncumbent(board: Leaderboard, result: ExperimentResult): Leaderboard {
  const standing = board.tracks[result.track];
  if (!standing || result.valBpb === null)
    throw new Error(`#${result.pull} cannot hold the record of ${result.track}`);
  const incumbent = {
    pull: result.pull,
    author: result.author,
    title: result.authorText.title,
    blob: result.blob,
    valBpb: result.valBpb,
    heldoutBpb: result.heldoutBpb,
    at: result.decidedAt,
  };
  const runs = confirming(result.runs);
  return withStanding(board, result.track, {
    ...standing,
    incumbent,
    runs,
    distribution: spreadOf(runs, standing.others, result.evidence?.sigma ?? null),
    others: taught(standing.others, standing.runs),
    sinceIncumbent: 0,
    history: [...standing.history, incumbent],
  });
}

/** The first incumbent of a track: main's own file as it is. */
export interface FirstIncumbent {
  /** The primary track as it is configured. */
  primary: string;
  track: string;
  blob: string;
  runs: RunResult[];
  /** ISO 8601. */
  at: string;
  /** What the first runs say against the configuration; null for nothing. */
  notice: string | null;
}

export function withFirstIncumbent(board: Leaderboard, first: FirstIncumbent): Leaderboard {
  const incumbent = {
    pull: null,
    author: null,
    title: 'the file the repository began with',
    blob: first.blob,
    valBpb: meanBpb(first.runs),
    heldoutBpb: heldoutOf(first.runs),
    at: first.at,
  };
  return withStanding({ ...board, primary: first.primary }, first.track, {
    incumbent,
    runs: first.runs,
    distribution: spreadOf(first.runs, [], null),
    others: [],
    ...dataOf(undefined, first.runs),
    sinceIncumbent: 0,
    machines: seen({}, first.runs, null),
    audits: [],
    reconsider: [],
    notice: first.notice,
    history: [incumbent],
    counts: {},
  });
}

export function holdsRecord(board: Leaderboard, track: string, blob: string): boolean {
  return board.tracks[track]?.history.some((holder) => holder.blob === blob) ?? false;
}
