import type { Effect } from '../model/effect.ts';
import type { BaselineSnapshot } from '../model/snapshot.ts';
import { BASELINE_RUNS, meanBpb } from './acceptance.ts';
import { baselineFailed, stopped } from './comments.ts';
import { baselineMessage } from './commit-message.ts';
import { type Experiment, experimentsOf, givenUp } from './experiments.ts';
import { type Grounds, groundsOf } from './grounds.ts';
import { orderOf } from './order.ts';
import { nextInLine } from './queue.ts';
import { boardFiles, withBaseline } from './standings.ts';

/** A track without an incumbent first measures main's own file. One track a step, the asked one first. */
export function planBaseline(snapshot: BaselineSnapshot, asked: string | null): Effect[] {
  const grounds = groundsOf(snapshot);
  if (!grounds.ok) {
    const { what, problems } = grounds.fault;
    return [{ kind: 'alarm', title: 'Descent has stopped', body: stopped(what, problems).body }];
  }
  const { config, board } = grounds.value;
  const { carrier } = snapshot;
  if (!carrier?.blob) return [{ kind: 'rest', why: 'main has no train/train.py' }];
  const experiments = experimentsOf([carrier]);
  const waited = snapshot.queue.flatMap((entry) =>
    entry.overall?.state === 'queued' ? entry.overall.track : [],
  );
  const tracks = new Set([
    asked ?? config.primary,
    config.primary,
    ...experiments.map((one) => one.track),
    ...waited,
  ]);
  for (const track of tracks) {
    if (board.tracks[track] || !config.tracks[track]) continue;
    const experiment =
      experiments.find((one) => one.track === track) ?? none(carrier.oid, carrier.blob, track);
    const effects = step(snapshot, grounds.value, experiment);
    if (effects.length > 0) return effects;
  }
  const ready = [...tracks].filter((track) => board.tracks[track]);
  const pulls = ready.flatMap((track) => nextInLine(null, snapshot.queue, config, track));
  return [{ kind: 'look', pulls, baselines: [] }];
}

function none(head: string, blob: string, track: string): Experiment {
  return { head, blob, track, facts: [], pending: [], broken: [], failed: [], updates: [] };
}

/** Nothing when the track has only to wait. */
function step(snapshot: BaselineSnapshot, grounds: Grounds, experiment: Experiment): Effect[] {
  const { track, broken, failed, updates } = experiment;
  const helpless = broken.filter(({ run }) => run.key.attempt >= grounds.config.limits.attempts);
  if (helpless.length > 0) {
    const gone = helpless.map(({ run, why }) => givenUp(run, why));
    return [checks([...updates, ...gone]), alarm(track, helpless[0]!.why)];
  }
  const failure = experiment.facts.find((one) => one.run.outcome !== 'scored');
  if (failure) {
    const why = failure.reason ?? failure.run.outcome;
    return updates.length > 0 ? [checks(updates), alarm(track, why)] : [];
  }
  if (failed.length > 0 && !snapshot.retry) return [];
  if (experiment.facts.length >= BASELINE_RUNS) return adopt(snapshot, grounds, experiment);
  return order(snapshot, grounds, experiment);
}

function checks(writes: Experiment['updates']): Effect {
  return {
    kind: 'answer',
    subject: null,
    checks: writes,
    comment: null,
    addLabels: [],
    removeLabels: [],
    close: false,
  };
}

function alarm(track: string, why: string): Effect {
  const saying = baselineFailed(track, why);
  return { kind: 'alarm', title: `Descent cannot measure main's file on ${track}`, body: saying.body };
}

function order(snapshot: BaselineSnapshot, grounds: Grounds, experiment: Experiment): Effect[] {
  const { track, blob, head, facts, pending, broken, updates } = experiment;
  const missing = BASELINE_RUNS - facts.length - pending.length - broken.length;
  const first = facts.length + pending.length + broken.length + 1;
  const wanted = [
    ...broken.map(({ run, why }) => ({
      ordinal: run.key.ordinal,
      attempt: run.key.attempt + 1,
      checkId: run.check.id,
      again: why,
    })),
    ...Array.from({ length: Math.max(0, missing) }, (_, i) => ({
      ordinal: first + i,
      attempt: 1,
      checkId: null,
      again: null,
    })),
  ];
  if (wanted.length === 0) return updates.length > 0 ? [checks(updates)] : [];
  const orders = wanted.map((one, i) =>
    orderOf(
      snapshot,
      grounds.config.tracks[track]!,
      { ...one, pull: null, head, blob, incumbent: null, track, stage: 'baseline' },
      snapshot.fresh[i]!,
    ),
  );
  return [{ kind: 'dispatch', checks: updates, orders }];
}

function adopt(snapshot: BaselineSnapshot, grounds: Grounds, experiment: Experiment): Effect[] {
  const { track, blob, updates } = experiment;
  const runs = experiment.facts.map((one) => one.run);
  const board = withBaseline(grounds.board, grounds.config.primary, { track, blob, runs, at: snapshot.now });
  const commit: Effect = {
    kind: 'record',
    base: snapshot.main.oid,
    message: baselineMessage(track, blob, meanBpb(runs), runs),
    files: boardFiles(board),
  };
  return [
    commit,
    checks(updates),
    { kind: 'look', pulls: nextInLine(null, snapshot.queue, grounds.config, track), baselines: [] },
    { kind: 'again' },
  ];
}
