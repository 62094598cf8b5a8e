import { WAITS_LABEL } from '../../../core/formats/labels.ts';
import { own } from '../../../core/names.ts';
import type { Wanted } from '../../../core/rules/acceptance/acceptance.ts';
import type { CheckWrite, Effect, Order } from '../../model/effect.ts';
import type { QueueEntry, Snapshot } from '../../model/snapshot.ts';
import * as say from '../../say/before-verdict.ts';
import { decidedBeside, withEarlier } from '../../say/earlier-verdicts.ts';
import { outliersOf, reconsideredRecord } from '../audits/reconsider.ts';
import type { Certificate } from '../rescore/certify.ts';
import { rescoreOf } from '../rescore/opinions.ts';
import {
  barredBy,
  certificateOf,
  discountsOf,
  judgedWithout,
  liarsAmong,
  notCertified,
  rescoreOrder,
  scoredBefore,
} from '../rescore/rescore.ts';
import { wordsOf } from '../results/words.ts';
import { orderOf } from '../rules/dispatch.ts';
import { placeRuns, type Scene } from '../rules/placing.ts';
import { nextInLine, turnOf } from '../rules/queue.ts';
import { alerted, waitsBehind } from '../rules/similar.ts';
import { type Judgement, withdrawn, withRuns } from '../rules/verdict.ts';
import { answerOf, isEmpty, overallWrite, type Wish } from '../state/answer.ts';
import { type Experiment, experimentsOf, incumbentRuns, withIncumbentRuns } from '../state/experiments.ts';
import type { Grounds } from '../state/settings.ts';
import { isCall, isCallDue, waitsSince, withoutBrokenCalls } from './calls.ts';
import { cancelUntaken, giveUp, reorders } from './retry.ts';

/** An experiment whose verdict is not said yet: waiting, ordering, or ready for it. */
export function underway(
  snapshot: Snapshot,
  grounds: Grounds,
  candidate: Experiment,
): { kind: 'effects'; effects: Effect[] } | { kind: 'judged'; judgement: Judgement } {
  const effects = (...list: Effect[]) => ({ kind: 'effects' as const, effects: list });
  const { track } = candidate;
  const rules = own(grounds.config.tracks, track);
  if (!rules) return effects({ kind: 'rest', why: `track ${track} is no longer configured` });
  const standing = own(grounds.board.tracks, track);
  if (!standing) return effects(...waitForBaseline(snapshot, grounds, candidate));

  const all = experimentsOf(snapshot.pull.heads);
  const experiment = withoutBrokenCalls(withIncumbentRuns(candidate, all));
  const { pull, now } = snapshot;
  const { facts, pending } = experiment;
  const carried = incumbentRuns(all, track, standing.incumbent.blob);
  const incumbent = withRuns(standing.runs, carried);
  const scored = scoredBefore(snapshot, candidate);
  const scene: Scene = {
    author: pull.author,
    rules,
    standing,
    incumbent,
    carried,
    facts,
    pending,
    now,
    machineRules: grounds.config,
    barred: [...outliersOf(reconsideredRecord(snapshot, candidate)), ...barredBy(scored)],
  };
  const mayMeasure = pull.state === 'open' && !pull.draft;
  const again = mayMeasure ? reorders(snapshot, grounds, experiment, scene) : [];
  if (again.length > 0)
    return effects(...cancelUntaken(experiment.broken.map((one) => one.run)), {
      kind: 'dispatch',
      checks: [...experiment.updates, measuringCheck(snapshot, grounds, experiment)],
      orders: again,
    });
  if (experiment.broken.length > 0 || experiment.failed.length > 0)
    return effects(...giveUp(snapshot, grounds, experiment));

  const hearing = { author: pull.author, facts, incumbentRuns: carried, standing, rules };
  let discounted = discountsOf(snapshot, facts, scored);
  let counted = judgedWithout(hearing, discounted);
  let replaces: number | undefined;
  if (counted.judgement.kind === 'verdict' && counted.judgement.verdict === 'improved') {
    const counting = { ...experiment, facts: counted.facts };
    const certificate = certificateOf(snapshot, grounds, counting, scene, scored);
    const { judgement } = counted;
    switch (certificate.kind) {
      case 'certified':
        return {
          kind: 'judged',
          judgement: { ...judgement, rescores: certificate.rescores, discounted, liars: liarsAmong(scored) },
        };
      case 'refuted':
      case 'unsettled':
        if (pending.length > 0) break;
        return { kind: 'judged', judgement: notCertified(certificate.kind, judgement, scored) };
      case 'expired':
        discounted = discountsOf(snapshot, facts, scored, certificate.first);
        replaces = certificate.first.run.runId;
        counted = judgedWithout(hearing, discounted);
        break;
      default:
        if (pending.length > 0) return effects(...showProgress(snapshot, grounds, experiment));
        if (mayMeasure) return effects(...scoreOnceMore(snapshot, grounds, experiment, certificate));
        return { kind: 'judged', judgement: withdrawn(hearing, 'its weights were scored once more') };
    }
  }
  if (counted.judgement.kind === 'measure' && mayMeasure) {
    const counting = { ...experiment, facts: counted.facts };
    return effects(
      ...measureMore(
        snapshot,
        grounds,
        counting,
        { ...scene, facts: counted.facts },
        counted.judgement,
        replaces,
      ),
    );
  }
  if (pending.length > 0) return effects(...showProgress(snapshot, grounds, experiment));
  const judgement =
    counted.judgement.kind === 'verdict'
      ? counted.judgement
      : withdrawn({ ...hearing, facts: counted.facts }, 'it was measured often enough');
  return { kind: 'judged', judgement: { ...judgement, rescores: scored.map(rescoreOf), discounted } };
}

/** Orders the scoring of a run's weights when it is this request's turn, or says what it waits for. */
function scoreOnceMore(
  snapshot: Snapshot,
  grounds: Grounds,
  experiment: Experiment,
  certificate: Extract<Certificate, { kind: 'ask' | 'wait' }>,
): Effect[] {
  const { track } = experiment;
  if (certificate.kind === 'wait') {
    const reason = "its weights are scored once more on another owner's machine before it holds the record";
    return waitForOwners(snapshot, grounds, experiment, reason);
  }
  const self = { ...selfOf(snapshot, experiment, 'measuring') };
  const turn = turnOf(self, snapshot.queue, grounds.config, track);
  if (turn.places === 0) {
    const saying = say.queued(track, turn.before, turn.held, grounds.config.limits['open-per-author']);
    return [answerOrRest(meanwhile(snapshot, experiment, saying, 'measuring'), 'waiting for its turn')];
  }
  const progress = meanwhile(snapshot, experiment, say.scoringOnceMore(track), 'measuring');
  const order = rescoreOrder(snapshot, grounds, experiment, certificate);
  return [...tidied(progress), { kind: 'dispatch', checks: progress.checks, orders: [order] }];
}

function selfOf(
  { pull }: Snapshot,
  { blob, track, pending }: Experiment,
  state: Wish['key']['state'],
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

/** What the dispatch itself does not write: comment and labels. */
function tidied(progress: ReturnType<typeof answerOf>): Effect[] {
  return progress.comment || progress.removeLabels.length > 0
    ? [{ kind: 'answer', ...progress, checks: [] }]
    : [];
}

function progressOf(grounds: Grounds, experiment: Experiment, ordered: number, confirms = false) {
  const { track, facts, pending } = experiment;
  const runs = [...facts.map((one) => one.run), ...pending.map((one) => one.key)];
  return say.measuring(track, grounds.config.tracks[track]!['budget-seconds'], {
    losses: facts.flatMap((one) => one.run.valBpb ?? []),
    running: pending.length + ordered,
    several: grounds.config.tracks[track]!.sigma !== undefined,
    confirming: confirms || runs.some((run) => run.stage === 'confirm'),
  });
}

function measuringCheck(snapshot: Snapshot, grounds: Grounds, experiment: Experiment): CheckWrite {
  return overallWrite(snapshot, {
    saying: withEarlier(
      snapshot,
      experiment.track,
      alerted(snapshot, progressOf(grounds, experiment, experiment.broken.length), false),
    ),
    key: { blob: experiment.blob, track: experiment.track, state: 'measuring' },
    conclusion: null,
  });
}

/** What is said while nothing is decided: in the check run, and in the comment when there is one. */
function meanwhile(
  snapshot: Snapshot,
  experiment: Experiment,
  saying: say.Saying,
  state: Wish['key']['state'],
  comment = snapshot.pull.comment !== null ||
    decidedBeside(snapshot, experiment.track).length > 0 ||
    waitsBehind(snapshot),
  labels: string[] = [],
) {
  const { blob, track, updates } = experiment;
  const key = { blob, track, state };
  return answerOf(snapshot, {
    saying: withEarlier(snapshot, track, alerted(snapshot, saying, state === 'queued' || state === 'later')),
    key,
    conclusion: null,
    labels,
    comment,
    close: false,
    checks: updates,
  });
}

function answerOrRest(answer: ReturnType<typeof answerOf>, why: string): Effect {
  return isEmpty(answer) ? { kind: 'rest', why } : { kind: 'answer', ...answer };
}

function showProgress(snapshot: Snapshot, grounds: Grounds, experiment: Experiment): Effect[] {
  const saying = progressOf(grounds, experiment, 0);
  const answer = meanwhile(snapshot, experiment, saying, 'measuring');
  return [answerOrRest(answer, 'a machine is measuring it')];
}

function waitForBaseline(snapshot: Snapshot, { config }: Grounds, experiment: Experiment): Effect[] {
  const { track } = experiment;
  const saying = say.waitingForBaseline(track, {
    labels: config.tracks[track]!['runs-on'],
    tracks: Object.keys(config.tracks),
  });
  const answer = meanwhile(snapshot, experiment, saying, 'queued', true);
  return [
    answerOrRest(answer, 'waiting for the first incumbent'),
    { kind: 'look', pulls: [], baselines: [track] },
  ];
}

/** Orders what is missing when it is this request's turn, else waits in the queue. */
function measureMore(
  snapshot: Snapshot,
  grounds: Grounds,
  experiment: Experiment,
  scene: Scene,
  wanted: Wanted,
  replaces?: number,
): Effect[] {
  const { config } = grounds;
  const { track, facts, pending } = experiment;
  const ended = wanted.stage === 'baseline' ? scene.incumbent : facts.map((one) => one.run);
  const atHand = ended.filter((run) => wanted.stage === 'baseline' || run.stage === wanted.stage).length;
  const forAnybody = wanted.placement.notOwners.length === 0;
  const out = pending.filter((run) => run.key.stage === wanted.stage && (forAnybody || !isCall(run)));
  const missing = wanted.runs - atHand - out.length;
  if (missing <= 0) return showProgress(snapshot, grounds, experiment);

  const begun = facts.length + pending.length > 0;
  const state = begun ? 'measuring' : waitsBehind(snapshot) ? 'later' : 'queued';
  const self = selfOf(snapshot, experiment, state);
  const turn = turnOf(self, snapshot.queue, config, track);
  const places = Math.min(missing, Math.max(turn.places, 1), snapshot.fresh.length - 1);
  const placing = placeRuns(scene, wanted, places);
  if (placing.kind === 'wait') {
    if (!pending.every(isCall)) return showProgress(snapshot, grounds, experiment);
    return waitForOwners(snapshot, grounds, experiment, placing.reason);
  }
  if (turn.places === 0) {
    if (pending.length > 0) return showProgress(snapshot, grounds, experiment);
    const saying = say.queued(track, turn.before, turn.held, config.limits['open-per-author']);
    const answer = meanwhile(snapshot, experiment, saying, state);
    return [answerOrRest(answer, 'waiting for its turn'), ...overtaken(snapshot, grounds, self)];
  }
  const stages: Placed[] = placing.targets.map((target) => ({ stage: wanted.stage, target, replaces }));
  if (!begun && wantsRefresh(snapshot, scene, track)) stages.push({ stage: 'baseline', target: null });
  return dispatch(snapshot, grounds, experiment, stages);
}

/** It holds no place, and says so; now and then any machine is asked for a run of the incumbent, by which an owner becomes known. */
function waitForOwners(
  snapshot: Snapshot,
  grounds: Grounds,
  experiment: Experiment,
  reason: string,
): Effect[] {
  const { track } = experiment;
  const saying = say.waitingForOwners(track, reason, waitsSince(snapshot, experiment));
  const told = meanwhile(snapshot, experiment, saying, 'waiting', true, [WAITS_LABEL]);
  if (snapshot.pull.state !== 'open' || !isCallDue(snapshot, grounds, experiment))
    return [answerOrRest(told, reason)];
  const call: Placed = { stage: 'baseline', target: null };
  return [
    ...(isEmpty(told) ? [] : [{ kind: 'answer' as const, ...told }]),
    { kind: 'dispatch', checks: [], orders: ordersOf(snapshot, grounds, experiment, [call]) },
  ];
}

/** Whoever passes a request that falls behind is looked at: nothing else would wake them. */
function overtaken({ pull, queue }: Snapshot, { config }: Grounds, self: QueueEntry): Effect[] {
  if (self.overall?.state !== 'later' || pull.heads[0]?.overall?.key.state === 'later') return [];
  const others = queue.map((entry) => (entry.pull === self.pull ? self : entry));
  const pulls = nextInLine(null, others, config, self.overall.track).filter((one) => one !== self.pull);
  return pulls.length > 0 ? [{ kind: 'look', pulls, baselines: [] }] : [];
}

const JOBS_PER_REFRESH = 10;

/** One job in ten measures the incumbent again, wherever a machine is free, so that the baseline follows what drifts. */
function wantsRefresh({ queue }: Snapshot, { rules, standing }: Scene, track: string): boolean {
  if (rules.sigma === undefined || standing.sinceIncumbent + 1 < JOBS_PER_REFRESH) return false;
  return !queue.some((entry) => entry.running.some((run) => run.track === track && run.stage === 'baseline'));
}

/** A run, and whose machines take it. */
interface Placed {
  stage: Wanted['stage'];
  target: string | null;
  replaces?: number | undefined;
}

function dispatch(snapshot: Snapshot, grounds: Grounds, experiment: Experiment, wanted: Placed[]): Effect[] {
  const orders = ordersOf(snapshot, grounds, experiment, wanted);
  const confirms = wanted.some((one) => one.stage === 'confirm');
  const saying = progressOf(grounds, experiment, orders.length, confirms);
  const progress = meanwhile(snapshot, experiment, saying, 'measuring');
  return [...tidied(progress), { kind: 'dispatch', checks: progress.checks, orders }];
}

function ordersOf(
  snapshot: Snapshot,
  grounds: Grounds,
  { track, blob }: Experiment,
  wanted: Placed[],
): Order[] {
  const { incumbent } = grounds.board.tracks[track]!;
  const { oid: head, shared } = snapshot.pull.heads[0]!;
  const used = new Map<string, number>();
  for (const { key } of snapshot.pull.heads.flatMap((one) => one.runs))
    if (key.track === track && (key.blob === blob || key.stage === 'baseline'))
      used.set(key.stage, Math.max(used.get(key.stage) ?? 0, key.ordinal));
  return wanted.map(({ stage, target, replaces }, i): Order => {
    const ordinal = (used.get(stage) ?? 0) + 1;
    used.set(stage, ordinal);
    return orderOf(
      snapshot,
      grounds.config.tracks[track]!,
      {
        pull: snapshot.pull.number,
        head,
        shared,
        blob: stage === 'baseline' ? incumbent.blob : blob,
        incumbent: incumbent.blob,
        track,
        stage,
        ordinal,
        attempt: 1,
        checkId: null,
        again: null,
        target,
        avoided: [],
        words: stage === 'baseline' ? null : wordsOf(snapshot.pull),
        replaces,
      },
      snapshot.fresh[i]!,
    );
  });
}
