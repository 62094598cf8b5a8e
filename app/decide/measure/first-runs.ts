import type { TrackConfig } from '../../../core/formats/config.ts';
import { NO_OWNER } from '../../../core/owner.ts';
import { firstIncumbentRuns } from '../../../core/rules/acceptance/acceptance.ts';
import type { Order } from '../../model/effect.ts';
import type { FirstIncumbentSnapshot, Fresh, RunState } from '../../model/snapshot.ts';
import type { Decided } from '../answer/decided.ts';
import { orderOf, untakenOf } from '../rules/dispatch.ts';
import { knownOn } from '../rules/lent/capacity.ts';
import { placeElsewhere } from '../rules/lent/elsewhere.ts';
import { type Place, placeAnywhere } from '../rules/owners.ts';
import type { PlacementInput } from '../rules/placing.ts';
import { endsOf, nextAttempt, pastOf, waitingCheck } from '../state/ends.ts';
import type { Experiment } from '../state/experiments.ts';
import { type NextRun, numbering } from '../state/given-up.ts';
import type { Settings } from '../state/settings.ts';

/** Orders for the runs of main's own file that are missing. */

/** Null when the track has only to wait. */
export function orderFirstRuns(
  snapshot: FirstIncumbentSnapshot,
  settings: Settings,
  experiment: Experiment,
): Decided | null {
  const { track, blob, facts, pending, broken, updates } = experiment;
  const rules = settings.config.tracks[track]!;
  const inFlight = pending.length + broken.length;
  const missing = Math.min(firstIncumbentRuns(rules) - facts.length - inFlight, rules.capacity - inFlight);
  const runs = snapshot.carrier!.runs.filter(({ key }) => key.track === track);
  const next = numbering(runs);
  const wanted: Wanted[] = [
    ...broken.map(({ run, why }) => ({
      before: run,
      why,
      attempt: nextAttempt(run),
      ordinal: run.key.ordinal,
    })),
    ...Array.from({ length: Math.max(0, missing) }, () => ({
      ...next('baseline', blob),
      ...{ why: null, attempt: 1 },
    })),
  ];
  const around = placementOf(snapshot, settings, experiment, runs);
  const orders: Order[] = [];
  const checks = [...updates];
  for (const [i, one] of wanted.slice(0, snapshot.fresh.length).entries()) {
    const taken = [...around.taken, ...orders.flatMap(({ key }) => key.lent ?? [])];
    const place = placeOf({ ...around, taken }, one.before, snapshot.fresh[i]!.nonce);
    const waiting = one.before && one.why !== null ? waitingCheck(one.before, one.why) : null;
    if (place) orders.push(orderOne(snapshot, rules, experiment, one, place, snapshot.fresh[i]!));
    else if (waiting) checks.push(waiting);
  }
  if (orders.length + checks.length === 0) return null;
  const cancel = untakenOf(broken.map(({ run }) => run));
  return { reasons: [], checks, cancel, dispatch: orders };
}

/** A run that is to be ordered. `why`: of one that is over without a loss. */
type Wanted = NextRun & { why: string | null; attempt: number };

function placementOf(
  snapshot: FirstIncumbentSnapshot,
  settings: Settings,
  { track, facts, pending }: Experiment,
  runs: RunState[],
): PlacementInput {
  const incumbent = facts.map(({ run }) => run);
  const standing = { machines: {}, sinceIncumbent: 0 };
  return {
    ...knownOn(snapshot, settings, track, runs),
    standing,
    author: NO_OWNER,
    incumbent,
    facts,
    pending,
  };
}

/** Undefined where no machine can have it now. */
function placeOf(around: PlacementInput, before: RunState | null, nonce: string): Place | undefined {
  if (!before || (around.lent.length === 0 && endsOf(before).length === 0))
    return placeAnywhere(around, 'baseline', nonce);
  const place = placeElsewhere(around, before, nonce);
  return 'kind' in place ? undefined : place;
}

function orderOne(
  snapshot: FirstIncumbentSnapshot,
  rules: TrackConfig,
  { track, blob, head }: Experiment,
  { before, why, attempt, ordinal }: Wanted,
  place: Place,
  fresh: Fresh,
): Order {
  const isOut = before !== null && before.check.status !== 'completed';
  const wanted = {
    ...{ ordinal, attempt, checkId: isOut ? before.check.id : null, again: why },
    ...(before && pastOf(before)),
    ...{ lent: place.lent, target: null, avoided: [], pull: null, head, shared: false },
    ...{ words: null, blob, incumbent: null, track, stage: 'baseline' as const },
  };
  return orderOf(snapshot, rules, wanted, before ? { ...fresh, seed: before.key.seed } : fresh);
}
