import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import type { Effect } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { checksOnly } from '../answer/check-writes.ts';
import { type Change, written } from '../results/commit.ts';
import { outlierAlarms } from '../results/outlier-alarms.ts';
import { resultOf } from '../results/result.ts';
import { isReady, type TrackProgress } from '../rules/progress.ts';
import { nextInLine } from '../rules/queue.ts';
import type { Judgement } from '../rules/verdict.ts';
import { type Experiment, experimentsOf, incumbentRuns, withIncumbentRuns } from '../state/experiments.ts';
import { reconsideredResult } from '../state/reconsidered.ts';
import { ask, type Settings } from '../state/settings.ts';
import { answered } from './answer.ts';
import { consequenceOf, type Part, partOf } from './consequence.ts';
import { withDrawnAudits } from './draw-audits.ts';
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
  judgement: Judgement,
): Effect[] {
  const before = reconsideredResult(snapshot, experiment);
  const result = withDrawnAudits(snapshot, settings, resultOf(snapshot, experiment, judgement, before));
  const consequence = consequenceOf(snapshot, settings, result);
  ask(settings, 'verdict', 'decided', judgement.verdict, `${result.track}: ${judgement.reason.text}`);
  ask(
    settings,
    'merge',
    consequence === 'merged' ? 'acts' : 'decided',
    consequence,
    `main is ${snapshot.main.oid.slice(0, 12)}`,
  );
  const open = result.audits.filter((audit) => audit.outcome === 'open');
  ask(
    settings,
    'audits',
    open.length > 0 ? 'acts' : 'passed',
    open.length > 0 ? 'drawn' : 'none-drawn',
    `${open.length} of ${result.runs.length} runs are to be repeated elsewhere`,
  );
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
  const changes: [Change, ...Change[]] = part.adopt ? [change, { kind: 'incumbent', result }] : [change];
  const { board, commit } = written(snapshot, settings.board, changes);
  const alarms = outlierAlarms(board, settings.config, result, liars, snapshot.now);
  const newOwners = ownersJoin(settings.board, board, result.track);

  const ahead = tracks.ahead.filter((track) => track !== result.track);
  if (isReady(snapshot) && ahead.length > 0) {
    const next = nextInLine(snapshot.pull.number, snapshot.queue, settings.config, result.track, newOwners);
    return [
      ...alarms,
      commitOf(snapshot, part, commit, null),
      ...(updates.length > 0 ? [checksOnly(updates)] : []),
      { kind: 'look', pulls: next, incumbents: [] },
      { kind: 'again' },
    ];
  }
  const parts = [...tracks.own.map((one) => partOf(snapshot, settings, one)), part];
  return [
    ...alarms,
    commitOf(snapshot, part, commit, headToBring(snapshot, settings, parts)),
    ...answered(snapshot, settings, { ...tracks, ahead }, parts, updates, newOwners),
    ...(open.length > 0 ? [{ kind: 'again' } as const] : []),
  ];
}

/** Everything that can be decided is already in a result: say so again, or do what could not be done then. */
export function showResults(snapshot: Snapshot, settings: Settings, tracks: TrackProgress): Effect[] {
  const parts = tracks.own.map((one) => partOf(snapshot, settings, one));
  const [late, ...later] = parts.filter((one) => one.adopt);
  if (late && later.length > 0) return adopt(snapshot, settings, late);
  const head = headToBring(snapshot, settings, parts);
  return [
    ...(late ? [adopted(snapshot, settings, late, head)] : bringHead(snapshot, parts, head)),
    ...answered(snapshot, settings, tracks, parts, collectedLate(snapshot, tracks.own)),
  ];
}

/** Before the next track begins: gains that could not be adopted when they were measured, one a turn. */
export function adoptLate(snapshot: Snapshot, settings: Settings, tracks: TrackProgress): Effect[] {
  const late = tracks.own.map((one) => partOf(snapshot, settings, one)).find((one) => one.adopt);
  return late ? adopt(snapshot, settings, late) : [];
}

function adopt(snapshot: Snapshot, settings: Settings, part: Part): Effect[] {
  return [adopted(snapshot, settings, part, null), { kind: 'again' }];
}

function adopted(snapshot: Snapshot, { board }: Settings, part: Part, head: string | null): Effect {
  const { commit } = written(snapshot, board, [{ kind: 'incumbent', result: part.result }]);
  return commitOf(snapshot, part, commit, head);
}

/** Whether a result brings the first job of an owner: pull requests may have waited for one. */
function ownersJoin(before: Leaderboard, after: Leaderboard, track: string): boolean {
  const owners = (board: Leaderboard) =>
    new Set(Object.values(board.tracks[track]?.machines ?? {}).map((machine) => machine.owner)).size;
  return owners(after) > owners(before);
}
