import { reason } from '../../../core/formats/reasons.ts';
import type { Paid } from '../../../core/formats/result.ts';
import type { Wanted } from '../../../core/rules/acceptance/acceptance.ts';
import type { Order } from '../../model/effect.ts';
import type { QueueEntry, Snapshot } from '../../model/snapshot.ts';
import { type Decided, saidOf } from '../answer/decided.ts';
import { dispatchAsked, measuring, queued, selfOf, turnAsked } from '../answer/underway.ts';
import { orderOf } from '../rules/dispatch.ts';
import { goesByLabels, type Place, placeAnywhere } from '../rules/owners.ts';
import { type PlacementInput, placeRuns, type Waits } from '../rules/placing.ts';
import { nextInLine, turnOf } from '../rules/queue.ts';
import { waitsBehind } from '../rules/similar.ts';
import { type Bid, bidOn, payersOf, withoutMachine } from '../rules/spending/bid.ts';
import { bidOf } from '../rules/spending/starts.ts';
import { pastOf } from '../state/ends.ts';
import { carrierOf, type Experiment } from '../state/experiments.ts';
import { numbering } from '../state/given-up.ts';
import type { Settings } from '../state/settings.ts';
import { wordsOf } from '../state/words.ts';
import { isCall, isCallDue, waitsSince } from './calls.ts';

/** Orders what is missing when it is this pull request's turn, else waits in the queue. */
export function measureMore(
  snapshot: Snapshot,
  settings: Settings,
  experiment: Experiment,
  placement: PlacementInput,
  wanted: Wanted,
  replaces?: number,
  noMachine = false,
): Decided {
  const { track, facts, pending } = experiment;
  const ended = wanted.stage === 'baseline' ? placement.incumbent : facts.map((one) => one.run);
  const atHand = ended.filter((run) => wanted.stage === 'baseline' || run.stage === wanted.stage).length;
  const forAnybody = wanted.placement.notOwners.length === 0;
  const out = pending.filter((run) => run.key.stage === wanted.stage && (forAnybody || !isCall(run)));
  const missing = wanted.runs - atHand - out.length;
  if (missing <= 0) return waitForRuns(snapshot, settings, experiment);

  // A composition goes on with what has been measured, so it comes before what has not.
  const begun = facts.length + pending.length > 0 || experiment.composition !== undefined;
  const state = begun ? 'measuring' : waitsBehind(snapshot) ? 'later' : 'queued';
  const bid = begun ? null : bidNow(snapshot, settings, track, noMachine);
  const self = selfOf(snapshot, experiment, state, bid?.offers);
  const turn = turnOf(self, snapshot, settings, track);
  const asked = turnAsked(turn, bid);
  const given = (decided: Decided): Decided => ({ ...decided, reasons: [asked, ...decided.reasons] });
  // It goes before its turn: runs that its bid does not pay wait until it has begun.
  const paid = bid !== null && turn.places > 0 && turn.bids?.unpaid === 0 ? payersOf(bid) : [];
  const placed = paid.length > 0 ? { ...placement, kind: 'bids' as const } : placement;
  const most = paid.length > 0 ? 1 : missing;
  const places = Math.min(most, Math.max(turn.places, 1), snapshot.fresh.length - 1);
  const nonces = snapshot.fresh.map(({ nonce }) => nonce);
  const placing = placeRuns(placed, wanted, places, nonces);
  if (placing.kind === 'wait' && paid.length > 0)
    return measureMore(snapshot, settings, experiment, placement, wanted, replaces, true);
  if (placing.kind === 'wait') {
    if (!pending.every(isCall)) return given(waitForRuns(snapshot, settings, experiment));
    const mayGo = forAnybody || placing.busy.length > 0;
    if (mayGo && turn.places > 0) return given(waitForMachine(snapshot, settings, experiment, placing));
    if (!mayGo) return given(waitForOwners(snapshot, settings, experiment, placement, placing.reason));
  }
  if (turn.places === 0 || placing.kind === 'wait') {
    if (pending.length > 0) return given(waitForRuns(snapshot, settings, experiment));
    const said = saidOf(experiment, queued(snapshot, settings, turn, begun, bid));
    return {
      ...said,
      ...(bid && { says: { ...said.says!, holds: bid.offers } }),
      reasons: [asked],
      ...overtaken(snapshot, settings, self),
      rest: 'waiting for its turn',
    };
  }
  const { start } = turn.bids ?? {};
  const runs: Placed[] = placing.places.map((place) => ({
    ...{ ...place, stage: wanted.stage, replaces, start },
    ...(paid.length > 0 && { paid }),
  }));
  if (begun || paid.length > 0 || !wantsRefresh(snapshot, placement, track))
    return given(dispatch(snapshot, settings, experiment, runs));
  const taken = [...placement.taken, ...runs.flatMap(({ lent }) => lent?.name ?? [])];
  const refresh = placeAnywhere({ ...placement, taken }, 'baseline', nonces[runs.length]!);
  // Where one machine alone is free, the incumbent goes first: it would never get one.
  const alone = refresh ? undefined : placeAnywhere(placement, 'baseline', nonces[0]!);
  const all: Placed[] = alone
    ? [{ ...alone, stage: 'baseline', start }]
    : [...runs, ...(refresh ? [{ ...refresh, stage: 'baseline' as const }] : [])];
  return given(dispatch(snapshot, settings, experiment, all));
}

/** What is bid for its first run; null where nothing is. @param noMachine no machine takes it before its turn */
function bidNow(snapshot: Snapshot, settings: Settings, track: string, noMachine: boolean): Bid | null {
  const bid = bidOn(snapshot, settings, track);
  if (bid.offers.length + bid.short.length === 0) return null;
  return noMachine ? withoutMachine(bid) : bid;
}

/** Its runs are out: nothing is to be done until one ends. */
export function waitForRuns(snapshot: Snapshot, settings: Settings, experiment: Experiment): Decided {
  const out = experiment.pending.length;
  return {
    ...saidOf(experiment, measuring(snapshot, settings, experiment)),
    reasons: [reason('placing', 'waits', 'under-way', `${out} runs are out`)],
    rest: 'a machine is measuring it',
  };
}

/** It holds no place, and says so; a lent machine that is free wakes it. */
export function waitForMachine(
  snapshot: Snapshot,
  settings: Settings,
  experiment: Experiment,
  { reason: why, busy }: Pick<Waits, 'reason' | 'busy'>,
): Decided {
  return {
    ...saidOf(experiment, { code: 'waits-for-machine', reason: why, owners: busy }),
    reasons: [reason('placing', 'waits', 'machine', `${why}: ${busy.join(', ')}`)],
    // Others may have what is free.
    whenSaid: { next: nextInLine(snapshot.pull.number, snapshot, settings, experiment.track) },
    rest: why,
  };
}

/** It holds no place, and says so; now and then any machine is asked for a run of the incumbent, by which an owner becomes known. */
export function waitForOwners(
  snapshot: Snapshot,
  settings: Settings,
  experiment: Experiment,
  placement: PlacementInput,
  why: string,
): Decided {
  const since = waitsSince(snapshot, experiment);
  // Who lends is known without a run: labels alone have to be tried.
  const calls =
    snapshot.pull.state === 'open' && goesByLabels(placement) && isCallDue(snapshot, settings, experiment);
  const call: Placed = { stage: 'baseline', target: null, lent: null };
  return {
    ...saidOf(experiment, { code: 'waits-for-owners', reason: why, since }),
    reasons: [reason('placing', 'waits', 'owners', why)],
    dispatch: calls ? ordersOf(snapshot, settings, experiment, [call]) : [],
    rest: why,
  };
}

/** Pull requests that move ahead of one that falls behind are checked: no event would wake them. */
function overtaken(snapshot: Snapshot, settings: Settings, self: QueueEntry): Pick<Decided, 'look'> {
  const before = snapshot.pull.heads[0]?.overall?.key;
  const bidLess = bidOf(self) < bidOf({ overall: before ?? null });
  if (!bidLess && (self.overall?.state !== 'later' || before?.state === 'later')) return {};
  const queue = snapshot.queue.map((entry) => (entry.pull === self.pull ? self : entry));
  const world = { ...snapshot, queue };
  const pulls = nextInLine(null, world, settings, self.overall!.track).filter((one) => one !== self.pull);
  return pulls.length > 0 ? { look: { pulls, incumbents: [] } } : {};
}

const JOBS_PER_REFRESH = 10;

/** One job in ten measures the incumbent again, wherever a machine is free, so that the incumbent's loss follows any drift. */
function wantsRefresh(
  { queue }: Snapshot,
  { rules, standing, carried = [] }: PlacementInput,
  track: string,
): boolean {
  if (rules.sigma === undefined || standing.sinceIncumbent + 1 < JOBS_PER_REFRESH) return false;
  if (carried.length > 0) return false;
  return !queue.some((entry) => entry.running.some((run) => run.track === track && run.stage === 'baseline'));
}

/** A run, and whose machines take it. */
interface Placed extends Place {
  stage: Wanted['stage'];
  replaces?: number | undefined;
  /** Number of the start that it is, where credits are bid. */
  start?: number | undefined;
  /** Who pays for it, since it goes before its turn. */
  paid?: Omit<Paid, 'runId'>[];
}

function dispatch(snapshot: Snapshot, settings: Settings, experiment: Experiment, wanted: Placed[]): Decided {
  const orders = ordersOf(snapshot, settings, experiment, wanted);
  const confirms = wanted.some((one) => one.stage === 'confirm');
  const said = saidOf(experiment, measuring(snapshot, settings, experiment, orders, confirms));
  const holds = orders.flatMap(({ memory }) => memory.paid ?? []);
  const start = wanted.find((one) => one.start !== undefined)?.start;
  return {
    ...said,
    says: { ...said.says!, holds, ...(start !== undefined && { start }) },
    reasons: [dispatchAsked(orders)],
    dispatch: orders,
  };
}

function ordersOf(snapshot: Snapshot, settings: Settings, experiment: Experiment, wanted: Placed[]): Order[] {
  const { track, blob } = experiment;
  const { incumbent } = settings.board.tracks[track]!;
  const { oid: head, shared } = carrierOf(snapshot.pull.heads, experiment);
  const runs = snapshot.pull.heads.flatMap((one) => one.runs);
  const next = numbering(runs.filter(({ key }) => key.track === track));
  return wanted.map(({ stage, target, lent, replaces, paid }, i): Order => {
    const file = stage === 'baseline' ? incumbent.blob : blob;
    const { ordinal, before } = next(stage, file);
    const fresh = snapshot.fresh[i]!;
    return orderOf(
      snapshot,
      settings.config.tracks[track]!,
      {
        pull: snapshot.pull.number,
        head,
        shared,
        blob: file,
        incumbent: incumbent.blob,
        track,
        stage,
        ordinal,
        attempt: 1,
        checkId: null,
        again: null,
        target,
        lent,
        avoided: [],
        words: stage === 'baseline' ? null : wordsOf(snapshot.pull),
        replaces: replaces ?? before?.memory.replaces,
        ...(paid && { paid }),
        ...(before && pastOf(before)),
      },
      before ? { ...fresh, seed: before.key.seed } : fresh,
    );
  });
}
