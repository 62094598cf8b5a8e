import type { CheckWrite, Effect } from '../../model/effect.ts';
import type { QueueEntry, Snapshot } from '../../model/snapshot.ts';
import type { OverallKey } from '../../model/state.ts';
import type { Turn } from '../rules/queue.ts';
import { waitsBehind } from '../rules/similar.ts';
import type { Experiment } from '../state/experiments.ts';
import { ask, type Settings } from '../state/settings.ts';
import { answerOf, isEmpty, overallWrite } from './answer.ts';
import type { Decision, Progress } from './decision.ts';

/** What is shown of an experiment while nothing is decided about it. */

type Shown = ReturnType<typeof answerOf>;

/** How far it has come. @param ordered runs that are dispatched now */
export function progressOf(
  { config }: Settings,
  { track, facts, pending }: Experiment,
  ordered: number,
  confirms = false,
): Progress {
  const rules = config.tracks[track]!;
  const runs = [...facts.map((one) => one.run), ...pending.map((one) => one.key)];
  return {
    budgetSeconds: rules['budget-seconds'],
    losses: facts.flatMap((one) => one.run.valBpb ?? []),
    running: pending.length + ordered,
    several: rules.sigma !== undefined,
    confirming: confirms || runs.some((run) => run.stage === 'confirm'),
  };
}

export function meanwhile(
  snapshot: Snapshot,
  { reasons }: Settings,
  { blob, track, updates }: Experiment,
  decision: Decision,
): Shown {
  return answerOf(snapshot, { decision, blob, track, reasons, checks: updates });
}

export function answerOrRest(answer: Shown, why: string): Effect {
  return isEmpty(answer) ? { kind: 'rest', why } : { kind: 'answer', ...answer };
}

/** What the dispatch itself does not write: comment and labels. */
export function tidied(progress: Shown): Effect[] {
  return progress.comment || progress.removeLabels.length > 0
    ? [{ kind: 'answer', ...progress, checks: [] }]
    : [];
}

export function showProgress(snapshot: Snapshot, settings: Settings, experiment: Experiment): Effect[] {
  const progress = progressOf(settings, experiment, 0);
  const answer = meanwhile(snapshot, settings, experiment, { code: 'measuring', progress });
  return [answerOrRest(answer, 'a machine is measuring it')];
}

/** The check run `descent` while broken runs are dispatched again. */
export function measuringCheck(snapshot: Snapshot, settings: Settings, experiment: Experiment): CheckWrite {
  const { blob, track } = experiment;
  const progress = progressOf(settings, experiment, experiment.broken.length);
  return overallWrite(snapshot, {
    decision: { code: 'measuring', progress },
    blob,
    track,
    reasons: settings.reasons,
  });
}

/** As the pull request would stand in the queue now. */
export function selfOf(
  { pull }: Snapshot,
  { blob, track, pending }: Experiment,
  state: OverallKey['state'],
): QueueEntry {
  return {
    pull: pull.number,
    author: pull.author,
    createdAt: pull.createdAt,
    draft: false,
    head: pull.heads[0]!.oid,
    blob,
    overall: { blob, track, state },
    running: pending.map((run) => run.key),
    confirming: 0,
  };
}

export function queued(snapshot: Snapshot, { config }: Settings, turn: Turn, begun: boolean): Decision {
  const { before, held } = turn;
  const perAuthor = config.limits['open-per-author'];
  return { code: 'queued', before, held, perAuthor, begun, behind: waitsBehind(snapshot) };
}

export function noteTurn(settings: Settings, { places, before, held }: Turn): void {
  const saw = held
    ? 'earlier pull requests of the author use up the limit'
    : `${before} before it, ${places} places free for it`;
  ask(
    settings,
    'turn',
    places === 0 ? 'waits' : 'passed',
    held ? 'held' : places === 0 ? 'queued' : 'its-turn',
    saw,
  );
}
