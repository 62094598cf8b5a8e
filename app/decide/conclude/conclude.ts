import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import { type Reason, reason } from '../../../core/formats/reasons.ts';
import { type ExperimentResult, goesOn } from '../../../core/formats/result.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { after, type Commit, type Decided } from '../answer/decided.ts';
import { boardAfter, type Change } from '../results/commit.ts';
import { movedOnFrontier } from '../results/compositions.ts';
import { withDrawnAudits } from '../results/drawn-audits.ts';
import { outlierAlarms } from '../results/outlier-alarms.ts';
import { resultOf } from '../results/result.ts';
import { isReady, type TrackProgress } from '../rules/progress.ts';
import { nextInLine } from '../rules/queue.ts';
import type { Judgement } from '../rules/verdict.ts';
import { type Experiment, experimentsOf, incumbentRuns, withIncumbentRuns } from '../state/experiments.ts';
import { reconsideredResult } from '../state/reconsidered.ts';
import type { Settings } from '../state/settings.ts';
import { answered } from './answer.ts';
import { consequenceOf, type Part, partOf } from './consequence.ts';
import { frontierChanges, guessed } from './frontier.ts';
import { collectedLate } from './late-results.ts';
import { bringHead, commitOf, headToBring } from './merge.ts';

/**
 * The verdict of the present file on one track: recorded, and main moved at once when it improved. The last track's verdict ends
 * the pull request: merged, or closed, and answered.
 */
export function conclude(
  snapshot: Snapshot,
  settings: Settings,
  tracks: TrackProgress,
  experiment: Experiment,
  given: Judgement,
): Decided {
  const judgement = guessed(snapshot, settings, experiment, given);
  const before = recordSoFar(snapshot, experiment);
  const result = withDrawnAudits(snapshot, settings, resultOf(snapshot, experiment, judgement, before));
  const consequence = consequenceOf(snapshot, settings, result);
  const all = experimentsOf(snapshot.pull.heads);
  const holder = settings.board.tracks[result.track]?.incumbent.blob;
  const liars = judgement.liars ?? [];
  const { updates } = withIncumbentRuns(experiment, all);
  const part = { result, consequence, adopt: consequence === 'merged' };
  const change: Change = {
    kind: 'result',
    result,
    incumbentRuns: incumbentRuns(all, result.track, holder),
    before,
    liars,
  };
  const changes: Commit['changes'] = [
    change,
    ...frontierChanges(snapshot, settings, experiment, judgement, result, before),
    ...(part.adopt ? [{ kind: 'incumbent', result } as const] : []),
  ];
  const board = boardAfter(snapshot, settings.board, changes);
  const alarms = outlierAlarms(board, settings.config, result, liars, snapshot.now);
  const newOwners = ownersJoin(settings.board, board, result.track);
  const reasons = reasonsFor(snapshot, part);

  const ahead = tracks.ahead.filter((track) => track !== result.track);
  const moved = movedOnFrontier(settings.board, board, result.track);
  const composed = judgement.guess?.kind === 'compose' ? snapshot.composed[result.track] : undefined;
  if (isReady(snapshot) && (ahead.length > 0 || composed)) {
    const next = nextInLine(snapshot.pull.number, snapshot, settings, result.track, newOwners);
    return {
      reasons,
      alarms,
      ...(composed?.kind === 'file' && { keep: { blob: composed.blob, text: composed.text } }),
      commit: commitOf(snapshot, part, changes, null),
      checks: updates,
      look: { pulls: [...next, ...moved], incumbents: [] },
      again: snapshot.retry ? 'retry' : true,
    };
  }
  const parts = [...tracks.own.map((one) => partOf(snapshot, settings, one)), part];
  return {
    ...after(reasons, answered(snapshot, settings, { ...tracks, ahead }, parts, newOwners)),
    alarms,
    commit: commitOf(snapshot, part, changes, headToBring(snapshot, settings, parts)),
    checks: updates,
    look: { pulls: moved, incumbents: [] },
    again: openAudits(part).length > 0,
  };
}

/** Its record so far, where that does not stand. */
function recordSoFar(snapshot: Snapshot, experiment: Experiment): ExperimentResult | null {
  const { blob, track } = experiment;
  const isOwn = (one: ExperimentResult) =>
    one.pull === snapshot.pull.number && one.blob === blob && one.track === track && goesOn(one);
  return (
    reconsideredResult(snapshot, experiment) ??
    snapshot.results.find(({ result }) => isOwn(result))?.result ??
    null
  );
}

function reasonsFor({ main }: Snapshot, part: Part): Reason[] {
  const { result, consequence } = part;
  const drawn = openAudits(part).length;
  return [
    reason('verdict', 'decided', result.verdict, `${result.track}: ${result.reason.text}`),
    reason(
      'merge',
      consequence === 'merged' ? 'acts' : 'decided',
      consequence,
      `main is ${main.oid.slice(0, 12)}`,
    ),
    reason(
      'audits',
      drawn > 0 ? 'acts' : 'passed',
      drawn > 0 ? 'drawn' : 'none-drawn',
      `${drawn} of ${result.runs.length} runs are to be repeated elsewhere`,
    ),
  ];
}

function openAudits({ result }: Part) {
  return result.audits.filter((audit) => audit.outcome === 'open');
}

/** Everything that can be decided is already in a result: say so again, or do what could not be done then. */
export function showResults(snapshot: Snapshot, settings: Settings, tracks: TrackProgress): Decided {
  const parts = tracks.own.map((one) => partOf(snapshot, settings, one));
  const [late, ...later] = parts.filter((one) => one.adopt);
  if (late && later.length > 0) return adopt(snapshot, late);
  const head = headToBring(snapshot, settings, parts);
  return {
    ...answered(snapshot, settings, tracks, parts),
    commit: late ? adopted(snapshot, late, head) : bringHead(snapshot, parts, head),
    checks: collectedLate(snapshot, tracks.own),
  };
}

/** Before the next track begins: gains that could not be adopted when they were measured, one a turn. */
export function adoptLate(snapshot: Snapshot, settings: Settings, tracks: TrackProgress): Decided | null {
  const late = tracks.own.map((one) => partOf(snapshot, settings, one)).find((one) => one.adopt);
  return late ? adopt(snapshot, late) : null;
}

function adopt(snapshot: Snapshot, part: Part): Decided {
  return { reasons: [], commit: adopted(snapshot, part, null), again: true };
}

function adopted(snapshot: Snapshot, part: Part, head: string | null): Commit {
  return commitOf(snapshot, part, [{ kind: 'incumbent', result: part.result }], head);
}

/** Whether a result brings the first job of an owner: pull requests may have waited for one. */
function ownersJoin(before: Leaderboard, after: Leaderboard, track: string): boolean {
  const owners = (board: Leaderboard) =>
    new Set(Object.values(board.tracks[track]?.machines ?? {}).map((machine) => machine.owner)).size;
  return owners(after) > owners(before);
}
