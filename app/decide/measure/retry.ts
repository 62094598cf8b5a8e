import type { Effect, Order } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { answerOf, isEmpty } from '../answer/answer.ts';
import { cancelUntaken, orderOf } from '../rules/dispatch.ts';
import { failuresOf, type PlacementInput, placeAgain } from '../rules/placing.ts';
import { nextInLine } from '../rules/queue.ts';
import { type Experiment, givenUp } from '../state/experiments.ts';
import { ask, type Settings } from '../state/settings.ts';
import { wordsOf } from '../state/words.ts';

/** Runs that a machine, an owner or GitHub failed: ordered again, until the attempts are used up. */

/** Broken runs with attempts left, and given-up ones that a person asked for again. */
export function retries(
  snapshot: Snapshot,
  settings: Settings,
  experiment: Experiment,
  placement: PlacementInput,
): Order[] {
  const rules = settings.config.tracks[experiment.track]!;
  const { attempts } = settings.config.limits;
  const renewed = experiment.broken
    .filter(({ run }) => run.key.attempt < attempts)
    .map(({ run, why }) => ({ run, why, attempt: run.key.attempt + 1 }));
  if (renewed.length < experiment.broken.length) return []; // one cannot be saved: the pull request says so
  const asked = snapshot.retry
    ? experiment.failed.map((run) => ({ run, why: 'a person asked for it again', attempt: 1 }))
    : [];
  const pending = [...placement.pending];
  return [...renewed, ...asked].slice(0, snapshot.fresh.length).map(({ run, why, attempt }, i) => {
    const placed = placeAgain({ ...placement, pending }, run);
    pending.push({ ...run, memory: { ...run.memory, ...placed } });
    return orderOf(
      snapshot,
      rules,
      {
        pull: snapshot.pull.number,
        head: run.head,
        shared: snapshot.pull.heads.some((head) => head.oid === run.head && head.shared),
        blob: run.key.blob,
        incumbent: settings.board.tracks[experiment.track]?.incumbent.blob ?? null,
        track: experiment.track,
        stage: run.key.stage,
        ordinal: run.key.ordinal,
        attempt,
        // A completed check run stays as it is: GitHub shows the newest of a name.
        checkId: run.check.status === 'completed' ? null : run.check.id,
        again: why,
        words: run.memory.words ?? wordsOf(snapshot.pull),
        ...placed,
        rescore: run.memory.job.rescore,
        replaces: run.memory.replaces,
        failedOn: failuresOf(run),
      },
      // What is scored once more was measured with its own seed.
      run.key.stage === 'rescore' ? { ...snapshot.fresh[i]!, seed: run.key.seed } : snapshot.fresh[i]!,
    );
  });
}

export function giveUp(snapshot: Snapshot, settings: Settings, experiment: Experiment): Effect[] {
  const last = experiment.broken.at(-1);
  const why = last?.why ?? experiment.failed.at(-1)?.memory.failure ?? 'unknown';
  const attempts = Math.max(
    1,
    ...[...experiment.failed, ...experiment.broken.map((one) => one.run)].map((run) => run.key.attempt),
  );
  ask(settings, 'swarm', 'refused', 'swarm-failed', `${attempts} attempts; the last: ${why}`);
  const answer = answerOf(snapshot, {
    decision: { code: 'swarm-failed', attempts, why },
    blob: experiment.blob,
    track: experiment.track,
    reasons: settings.reasons,
    checks: [...experiment.updates, ...experiment.broken.map((one) => givenUp(one.run, one.why))],
  });
  if (isEmpty(answer)) return [{ kind: 'rest', why: 'the swarm failed; waiting for a person to ask again' }];
  const next = nextInLine(snapshot.pull.number, snapshot.queue, settings.config, experiment.track);
  return [
    ...cancelUntaken(experiment.broken.map((one) => one.run)),
    { kind: 'answer', ...answer },
    { kind: 'look', pulls: next, incumbents: [] },
  ];
}
