import type { Effect, Order } from '../model/effect.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { RunFacts } from '../model/state.ts';
import { answerOf, isEmpty, overallWrite } from './answer.ts';
import * as say from './comments.ts';
import { type Experiment, givenUp } from './experiments.ts';
import type { Grounds } from './grounds.ts';
import { orderOf } from './order.ts';
import { nextInLine, turnOf } from './queue.ts';
import { type Judgement, judge } from './verdict.ts';

/** An experiment that has been ordered: waiting, ordering again, or ready for its verdict. */
export function underway(
  snapshot: Snapshot,
  grounds: Grounds,
  experiment: Experiment,
): { kind: 'effects'; effects: Effect[] } | { kind: 'judged'; judgement: Judgement } {
  const effects = (...list: Effect[]) => ({ kind: 'effects' as const, effects: list });
  const rules = grounds.config.tracks[experiment.track];
  const standing = grounds.board.tracks[experiment.track];
  if (!rules || !standing)
    return effects({
      kind: 'rest',
      why: `track ${experiment.track} is no longer configured, or has lost its incumbent`,
    });

  const mayMeasure = snapshot.pull.state === 'open' && !snapshot.pull.draft;
  const again = mayMeasure ? reorders(snapshot, grounds, experiment) : [];
  if (again.length > 0)
    return effects({
      kind: 'dispatch',
      checks: [...experiment.updates, measuringCheck(snapshot, grounds, experiment)],
      orders: again,
    });
  if (experiment.broken.length > 0 || experiment.failed.length > 0)
    return effects(...giveUp(snapshot, grounds, experiment));
  if (experiment.pending.length > 0) return effects(...showProgress(snapshot, grounds, experiment));

  const judgement = judge(experiment.facts, standing, rules);
  if (judgement.kind === 'verdict') return { kind: 'judged', judgement };
  if (!mayMeasure)
    return {
      kind: 'judged',
      judgement: {
        kind: 'verdict',
        verdict: 'inconclusive',
        reason: { code: 'withdrawn', text: 'the request was withdrawn before it was measured often enough' },
        valBpb: experiment.facts[0]?.run.valBpb ?? null,
        incumbent: standing.incumbent.valBpb,
      },
    };
  return effects(
    ...measureMore(snapshot, grounds, {
      ...experiment,
      stage: judgement.stage,
      runs: judgement.runs,
      updates: experiment.updates,
    }),
  );
}

/** Broken runs with attempts left, and given-up ones that a person asked for again. */
function reorders(snapshot: Snapshot, grounds: Grounds, experiment: Experiment): Order[] {
  const rules = grounds.config.tracks[experiment.track]!;
  const { attempts } = grounds.config.limits;
  const renewed = experiment.broken
    .filter(({ run }) => run.key.attempt < attempts)
    .map(({ run, why }) => ({ run, why, attempt: run.key.attempt + 1 }));
  if (renewed.length < experiment.broken.length) return []; // one is beyond help: the request is told
  const asked = snapshot.retry
    ? experiment.failed.map((run) => ({ run, why: 'asked for again', attempt: 1 }))
    : [];
  return [...renewed, ...asked].map(({ run, why, attempt }, i) =>
    orderOf(
      snapshot,
      rules,
      {
        pull: snapshot.pull.number,
        head: run.head,
        blob: experiment.blob,
        incumbent: grounds.board.tracks[experiment.track]?.incumbent.blob ?? null,
        track: experiment.track,
        stage: run.key.stage,
        ordinal: run.key.ordinal,
        attempt,
        // A completed check run stays as it is: GitHub shows the newest of a name.
        checkId: run.check.status === 'completed' ? null : run.check.id,
        again: why,
      },
      snapshot.fresh[i]!,
    ),
  );
}

function giveUp(snapshot: Snapshot, grounds: Grounds, experiment: Experiment): Effect[] {
  const last = experiment.broken.at(-1);
  const why = last?.why ?? experiment.failed.at(-1)?.memory.failure ?? 'unknown';
  const attempts = Math.max(
    1,
    ...[...experiment.failed, ...experiment.broken.map((one) => one.run)].map((run) => run.key.attempt),
  );
  const answer = answerOf(snapshot, {
    saying: say.swarmFailed(attempts, why),
    key: { blob: experiment.blob, track: experiment.track, state: 'failed' },
    conclusion: 'neutral',
    labels: [],
    comment: true,
    close: false,
    checks: [...experiment.updates, ...experiment.broken.map((one) => givenUp(one.run, one.why))],
  });
  if (isEmpty(answer)) return [{ kind: 'rest', why: 'the swarm failed; waiting for a person to ask again' }];
  const next = nextInLine(snapshot.pull.number, snapshot.queue, grounds.config, experiment.track);
  return [
    { kind: 'answer', ...answer },
    { kind: 'look', pulls: next, baselines: [] },
  ];
}

function measuringCheck(
  snapshot: Snapshot,
  grounds: Grounds,
  { blob, track }: { blob: string; track: string },
) {
  const budget = grounds.config.tracks[track]!['budget-seconds'];
  return overallWrite(snapshot, {
    saying: say.measuring(track, budget, 1),
    key: { blob, track, state: 'measuring' },
    conclusion: null,
  });
}

function showProgress(snapshot: Snapshot, grounds: Grounds, experiment: Experiment): Effect[] {
  const { track, blob } = experiment;
  const answer = answerOf(snapshot, {
    saying: say.measuring(track, grounds.config.tracks[track]!['budget-seconds'], 1),
    key: { blob, track, state: 'measuring' },
    conclusion: null,
    labels: [],
    comment: snapshot.pull.comment !== null,
    close: false,
    checks: experiment.updates,
  });
  return isEmpty(answer)
    ? [{ kind: 'rest', why: 'a machine is measuring it' }]
    : [{ kind: 'answer', ...answer }];
}

export interface More {
  blob: string;
  track: string;
  head: string;
  facts: RunFacts[];
  pending: Experiment['pending'];
  stage: 'explore' | 'confirm';
  /** How many runs of the stage there must be. */
  runs: number;
  updates?: Experiment['updates'];
}

/** Orders what is missing when it is this request's turn, else waits in the queue. */
export function measureMore(snapshot: Snapshot, grounds: Grounds, more: More): Effect[] {
  const { pull } = snapshot;
  const { blob, track } = more;
  const { config, board } = grounds;
  const standing = board.tracks[track];
  const state = more.facts.length > 0 ? 'measuring' : 'queued';
  const self = {
    pull: pull.number,
    author: pull.author,
    createdAt: pull.createdAt,
    draft: false,
    blob,
    overall: { blob, track, state } as const,
    running: more.pending.map((run) => run.key),
  };
  const turn = turnOf(self, snapshot.queue, config, track);
  if (!standing || !turn.go) {
    const answer = answerOf(snapshot, {
      saying: standing
        ? say.queued(track, turn.before, turn.held, config.limits['open-per-author'])
        : say.waitingForBaseline(track),
      key: self.overall,
      conclusion: null,
      labels: [],
      comment: pull.comment !== null,
      close: false,
      checks: more.updates ?? [],
    });
    const wait: Effect = isEmpty(answer)
      ? { kind: 'rest', why: 'waiting for its turn' }
      : { kind: 'answer', ...answer };
    return standing ? [wait] : [wait, { kind: 'look', pulls: [], baselines: [track] }];
  }
  const begun = more.facts.filter((one) => one.run.stage === more.stage).length;
  const orders = Array.from({ length: Math.min(more.runs - begun, snapshot.fresh.length) }, (_, i) =>
    orderOf(
      snapshot,
      config.tracks[track]!,
      {
        pull: pull.number,
        head: pull.heads[0]!.oid,
        blob,
        incumbent: standing.incumbent.blob,
        track,
        stage: more.stage,
        ordinal: begun + i + 1,
        attempt: 1,
        checkId: null,
        again: null,
      },
      snapshot.fresh[i]!,
    ),
  );
  const progress = answerOf(snapshot, {
    saying: say.measuring(track, config.tracks[track]!['budget-seconds'], orders.length),
    key: { blob, track, state: 'measuring' },
    conclusion: null,
    labels: [],
    comment: pull.comment !== null,
    close: false,
    checks: more.updates ?? [],
  });
  const tidy: Effect[] =
    progress.comment || progress.removeLabels.length > 0 ? [{ kind: 'answer', ...progress, checks: [] }] : [];
  return [...tidy, { kind: 'dispatch', checks: progress.checks, orders }];
}
