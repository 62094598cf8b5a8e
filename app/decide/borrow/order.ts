import { MOST_SECONDS } from '../../../core/formats/borrowing/request.ts';
import type { Config, TrackConfig } from '../../../core/formats/config.ts';
import type { Job } from '../../../core/formats/job.ts';
import type { CheckWrite, Order } from '../../model/effect.ts';
import type { LentMachine } from '../../model/lent.ts';
import type { Fresh, RunState, Snapshot } from '../../model/snapshot.ts';
import { waitingState } from '../../model/waiting.ts';
import { BORROW_ENDED } from '../../say/borrow.ts';
import { waitingRun } from '../../say/run-check.ts';
import { orderOf, type Wanted } from '../rules/dispatch.ts';
import { nextAttempt, pastOf } from '../state/ends.ts';

/** Orders of borrowed runs. What the first one was told is what all later ones are told: a description may change meanwhile. */

export interface Asked {
  blob: string;
  track: string;
  dataset: string;
  seconds: number;
  weightsMiB: number;
  borrow: NonNullable<Job['borrow']>;
}

/** What the runs so far were told. */
export function askedBefore({ job }: RunState['memory']): Asked {
  const { blob, track, dataset, budgetSeconds, weightsMiB, borrow } = job;
  return { blob, track, dataset, seconds: budgetSeconds, weightsMiB, borrow: borrow! };
}

/** Room for what a track's weights need, and no more than the bot can read. */
export function mostMiB({ borrowing }: Config, rules: TrackConfig): number {
  return Math.min(rules['weights-mib'], borrowing?.['most-mib'] ?? 1);
}

/** The first order of a copy; without a machine its check run waits for one. */
export function orderFirst(
  snapshot: Snapshot,
  rules: TrackConfig,
  asked: Asked,
  { ordinal, lent, fresh }: { ordinal: number; lent: LentMachine | undefined; fresh: Fresh },
): { order: Order } | { check: CheckWrite } {
  const order = ordered(
    snapshot,
    rules,
    asked,
    { ordinal, attempt: 1, checkId: null, again: null, lent },
    fresh,
  );
  if (lent) return { order };
  const why = BORROW_ENDED.noMachine;
  const { check, key, memory } = order;
  return { check: { ...check, ...waitingState(key, memory, { attempt: 1, why }), ...waitingRun(why) } };
}

/** The same run on another machine, with its seed. */
export function orderAgain(
  snapshot: Snapshot,
  rules: TrackConfig,
  run: RunState,
  { why, lent, fresh }: { why: string; lent: LentMachine; fresh: Fresh },
): Order {
  const { key, memory, check } = run;
  const given = { ordinal: key.ordinal, attempt: nextAttempt(run), checkId: check.id, again: why, lent };
  const order = ordered(
    snapshot,
    rules,
    askedBefore(memory),
    { ...given, ...pastOf(run), head: run.head },
    { ...fresh, seed: key.seed },
  );
  return { ...order, check: { ...order.check, name: check.name } };
}

function ordered(
  snapshot: Snapshot,
  rules: TrackConfig,
  { blob, track, seconds, weightsMiB, borrow }: Asked,
  given: Pick<Wanted, 'ordinal' | 'attempt' | 'checkId' | 'again' | 'ends' | 'failedOn'> & {
    lent: LentMachine | undefined;
    head?: string;
  },
  fresh: Fresh,
): Order {
  const { pull } = snapshot;
  const head = pull.heads.find(({ oid }) => oid === given.head) ?? pull.heads[0]!;
  const bounded = {
    ...rules,
    ...{ 'budget-seconds': Math.min(seconds, MOST_SECONDS), 'weights-mib': weightsMiB, probes: 0 },
  };
  const { lent = null, ...rest } = given;
  const wanted: Wanted = {
    ...rest,
    ...{ pull: pull.number, head: head.oid, shared: head.shared, blob, track, stage: 'borrow', borrow },
    ...{ incumbent: null, target: null, lent, avoided: [], words: null },
  };
  return orderOf(snapshot, bounded, wanted, fresh);
}
