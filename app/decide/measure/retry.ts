import { reason } from '../../../core/formats/reasons.ts';
import type { CheckWrite, Order } from '../../model/effect.ts';
import type { Fresh, RunState, Snapshot } from '../../model/snapshot.ts';
import type { Decided } from '../answer/decided.ts';
import { leaves } from '../results/compositions.ts';
import { orderOf, untakenOf } from '../rules/dispatch.ts';
import { faultAlarms } from '../rules/fault-alarms.ts';
import type { Place } from '../rules/owners.ts';
import type { PlacementInput, Waits } from '../rules/placing.ts';
import { placeAgain } from '../rules/placing-again.ts';
import { nextInLine } from '../rules/queue.ts';
import { nextAttempt, pastOf, waitingCheck } from '../state/ends.ts';
import { type Experiment, givenUp } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';
import { wordsOf } from '../state/words.ts';

/** Runs that a machine, an owner or GitHub failed: ordered again, until the attempts are used up. */

/** What follows for broken runs with attempts left, and for given-up ones that a person asked for again. */
export interface Again {
  orders: Order[];
  /** Check runs of those that no machine can have now. */
  checks: CheckWrite[];
  /** Why they wait, and for whom; null where none does. */
  waits: Waits | null;
}

export const NOTHING: Again = { orders: [], checks: [], waits: null };

export function retries(
  snapshot: Snapshot,
  settings: Settings,
  experiment: Experiment,
  placement: PlacementInput,
): Again {
  const { attempts } = settings.config.limits;
  const renewed = experiment.broken
    .map(({ run, why }) => ({ run, why, attempt: nextAttempt(run) }))
    .filter(({ attempt }) => attempt <= attempts);
  if (renewed.length < experiment.broken.length) return NOTHING; // one cannot be saved: the pull request says so
  const asked = snapshot.retry
    ? experiment.failed.map((run) => ({ run, why: 'a person asked for it again', attempt: 1 }))
    : [];
  const all = [...renewed, ...asked].slice(0, snapshot.fresh.length);
  const orders: Order[] = [];
  const checks: CheckWrite[] = [];
  let waits: Waits | null = null;
  for (const [i, { run, why, attempt }] of all.entries()) {
    const fresh = snapshot.fresh[i]!;
    const kind = run.memory.paid ? ('bids' as const) : ('commons' as const);
    const placed = placeAgain({ ...withOrders(placement, orders), kind }, run, fresh.nonce);
    if ('kind' in placed) {
      waits = placed;
      const check = run.check.status === 'completed' ? null : waitingCheck(run, why);
      if (check) checks.push(check);
    } else
      orders.push(orderAgain(snapshot, settings, experiment.track, { run, why, attempt }, placed, fresh));
  }
  return { orders, checks, waits };
}

/** Those that were just placed are under way, and their machines have a run. */
function withOrders(placement: PlacementInput, orders: Order[]): PlacementInput {
  const taken = orders.flatMap(({ key }) => key.lent ?? []);
  const pending = orders.map(({ key, memory, check }): RunState => {
    return {
      head: check.head,
      key,
      memory,
      finding: { kind: 'pending' },
      check: { ...check, id: '', url: '' },
    };
  });
  return { ...placement, taken: [...placement.taken, ...taken], pending: [...placement.pending, ...pending] };
}

function orderAgain(
  snapshot: Snapshot,
  { config, board }: Settings,
  track: string,
  { run, why, attempt }: { run: RunState; why: string; attempt: number },
  placed: Place & { avoided: string[] },
  fresh: Fresh,
): Order {
  const { key, memory, check, head } = run;
  const wanted = {
    pull: snapshot.pull.number,
    head,
    shared: snapshot.pull.heads.some((one) => one.oid === head && one.shared),
    blob: key.blob,
    incumbent: board.tracks[track]?.incumbent.blob ?? null,
    track,
    stage: key.stage,
    ordinal: key.ordinal,
    attempt,
    // A completed check run stays as it is: GitHub shows the newest of a name.
    checkId: check.status === 'completed' ? null : check.id,
    again: why,
    words: memory.words ?? wordsOf(snapshot.pull),
    ...placed,
    rescore: memory.job.rescore,
    replaces: memory.replaces,
    ...(memory.paid && { paid: memory.paid }),
    ...pastOf(run),
  };
  // The same seed: nobody gets another one drawn by ending a run.
  return orderOf(snapshot, config.tracks[track]!, wanted, { ...fresh, seed: key.seed });
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
    whenSaid: { next: nextInLine(snapshot.pull.number, snapshot, settings, track) },
    rest: 'the swarm failed; waiting for a person to ask again',
  };
}
