import { reason } from '../../../core/formats/reasons.ts';
import type { Order } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Decided } from '../answer/decided.ts';
import { leaves } from '../results/compositions.ts';
import { orderOf, untakenOf } from '../rules/dispatch.ts';
import { faultAlarms } from '../rules/fault-alarms.ts';
import { type PlacementInput, placeAgain } from '../rules/placing.ts';
import { nextInLine } from '../rules/queue.ts';
import { type Experiment, failuresOf, givenUp } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';
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
      // The same seed: nobody gets another one drawn by ending a run.
      { ...snapshot.fresh[i]!, seed: run.key.seed },
    );
  });
}

export function giveUp(snapshot: Snapshot, settings: Settings, experiment: Experiment): Decided {
  const { blob, track, broken, failed, updates, composition } = experiment;
  const why = broken.at(-1)?.why ?? failed.at(-1)?.memory.failure ?? 'unknown';
  const runs = broken.map((one) => one.run);
  const attempts = Math.max(1, ...[...failed, ...runs].map((run) => run.key.attempt));
  return {
    says: { decision: { code: 'swarm-failed', attempts, why }, blob, track },
    reasons: [reason('swarm', 'refused', 'swarm-failed', `${attempts} attempts; the last: ${why}`)],
    alarms: faultAlarms(broken),
    checks: [...updates, ...broken.map((one) => givenUp(one.run, one.why))],
    cancel: untakenOf(runs),
    ...(composition && leaves(settings.board, track, composition)),
    whenSaid: { next: nextInLine(snapshot.pull.number, snapshot.queue, settings.config, track) },
    rest: 'the swarm failed; waiting for a person to ask again',
  };
}
