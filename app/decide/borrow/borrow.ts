import { borrowPrice } from '../../../core/credits/borrowing.ts';
import { reason } from '../../../core/formats/reasons.ts';
import { own } from '../../../core/names.ts';
import { withDataSet } from '../../../core/rules/data-sets.ts';
import type { CheckWrite, Order } from '../../model/effect.ts';
import type { RunState, Snapshot } from '../../model/snapshot.ts';
import type { BorrowedEnd } from '../../model/state.ts';
import { BORROW_ENDED } from '../../say/borrow.ts';
import { GIVEN_UP } from '../../say/run-check.ts';
import type { Decided } from '../answer/decided.ts';
import type { Terms } from '../answer/decision.ts';
import { dispatchAsked } from '../answer/underway.ts';
import { runsAt, untakenOf } from '../rules/dispatch.ts';
import { faultAlarms } from '../rules/fault-alarms.ts';
import { nextInLine } from '../rules/queue.ts';
import { nextAttempt, waitingCheck } from '../state/ends.ts';
import { givenUp } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';
import { begin } from './begin.ts';
import { askedBefore, orderAgain } from './order.ts';
import { placesFor } from './place.ts';
import { borrowRuns, endedWrite, type Lot, lotOf } from './runs.ts';

/** The step of a pull request that borrows machines: it begins, goes on until all copies have ended, and is paid in one commit. */
export function borrow(snapshot: Snapshot, settings: Settings): Decided {
  const runs = borrowRuns(snapshot.pull.heads);
  if (runs.length === 0) return begin(snapshot, settings);
  const lot = lotOf(runs);
  if (snapshot.borrowed && !snapshot.borrowed.ok)
    return { reasons: [], rest: `its record cannot be read: ${snapshot.borrowed.problems.join('; ')}` };
  const recorded = snapshot.borrowed?.ok ? snapshot.borrowed.value : null;
  if (recorded) return over(snapshot, settings, lot, recorded);
  if (snapshot.pull.state !== 'open') return settle(snapshot, settings, endNow(snapshot, lot));
  return lot.out.length + lot.over.length === 0
    ? settle(snapshot, settings, { ...lot, checks: [] })
    : goOn(snapshot, settings, runs, lot);
}

/** As it was agreed when the first run was ordered: the hold is said again, so that a push or an edit changes nothing. */
function termsOf({ pull }: Snapshot, { config }: Settings, runs: RunState[]): Terms {
  const { seconds, track } = askedBefore(runs[0]!.memory);
  const copies = new Set(runs.map(({ key }) => key.ordinal)).size;
  const held = pull.heads.map(({ overall }) => overall?.key.holds?.[0]).find((one) => one !== undefined);
  const rules = own(config.tracks, track);
  const hold = held ?? {
    account: `#${pull.authorId ?? 0}`,
    milli: rules ? borrowPrice(rules, seconds, copies) : 0,
  };
  return { seconds, copies, hold };
}

function goOn(snapshot: Snapshot, settings: Settings, runs: RunState[], lot: Lot): Decided {
  const asked = askedBefore(runs[0]!.memory);
  const { blob, track, dataset } = asked;
  const { tracks } = settings.config;
  const ofTrack = own(tracks, track);
  const rules = ofTrack && withDataSet(tracks, ofTrack, dataset);
  const place = placesFor(snapshot, settings, asked, runs);
  const orders: Order[] = [];
  const checks: CheckWrite[] = [...lot.ended, ...lot.out].flatMap(({ update }) => update ?? []);
  const gone: Lot['over'] = [];
  for (const one of lot.over) {
    const fresh = snapshot.fresh[orders.length];
    if (!rules || nextAttempt(one.run) > settings.config.limits.attempts) {
      const why = ofTrack ? BORROW_ENDED.noData(dataset) : GIVEN_UP.noTrack(track);
      gone.push(rules ? one : { ...one, why });
      continue;
    }
    const lent = fresh && place(one.run, fresh.nonce);
    if (fresh && lent) orders.push(orderAgain(snapshot, rules, one.run, { why: one.why, lent, fresh }));
    else checks.push(...[waitingCheck(one.run, one.why)].filter((check) => check !== null));
  }
  const waiting = lot.over.length - orders.length - gone.length;
  const counts = { out: lot.out.length + orders.length, waiting, ended: lot.ended.length };
  return {
    says: {
      decision: { code: 'borrowing', terms: termsOf(snapshot, settings, runs), ...counts },
      blob,
      track,
    },
    reasons: [
      reason('borrow', 'acts', 'under-way', `${counts.out} out, ${waiting} wait, ${counts.ended} ended`),
      ...(orders.length > 0 ? [dispatchAsked(orders)] : []),
    ],
    checks: [...checks, ...gone.map(({ run, why }) => givenUp(run, why))],
    cancel: untakenOf(lot.over.map(({ run }) => run)),
    alarms: faultAlarms(gone),
    dispatch: orders,
    again: gone.length > 0 && orders.length + waiting + lot.out.length === 0,
    rest: 'its borrowed runs are under way',
  };
}

/** Its borrower closed it: what waits is given up, what runs is ended and paid by the second. */
function endNow(snapshot: Snapshot, lot: Lot): Lot & { checks: CheckWrite[]; cancel: RunState[] } {
  const cut = lot.out.flatMap(({ run }) => {
    const end = cutShort(snapshot, run);
    return end ? [{ run, end, update: endedWrite(run, end) }] : [];
  });
  const unseen = lot.out.filter(({ run }) => cut.every((one) => one.run !== run)).map(({ run }) => run);
  const dropped = [...lot.over.map(({ run }) => run), ...unseen];
  return {
    ...{ ended: [...lot.ended, ...cut], out: [], over: [], failed: [...lot.failed, ...dropped] },
    checks: dropped.map((run) => givenUp(run, BORROW_ENDED.closed)),
    cancel: lot.out.map(({ run }) => run),
  };
}

/** Null where no machine had it yet: then nobody has worked for it. */
function cutShort({ now, lent }: Snapshot, { key, memory }: RunState): BorrowedEnd | null {
  const machine = lent.find(({ name }) => name === key.lent);
  const availability = machine?.availability;
  if (!memory.lent || availability?.status !== 'busy' || availability.nonce !== key.nonce || key.runId === 0)
    return null;
  const seconds = Math.ceil((Date.parse(now) - Date.parse(memory.dispatchedAt)) / 1000);
  return {
    ...{ ordinal: key.ordinal, seed: key.seed, runId: key.runId, machine: memory.lent.name },
    ...{
      owner: memory.lent.owner,
      ownerId: memory.lent.ownerId,
      at: now,
      outcome: 'cancelled',
      artifact: null,
    },
    seconds: Math.max(0, Math.min(seconds, memory.job.budgetSeconds)),
  };
}

/** All is over: one commit pays what was run. Until it is there the check runs remember everything. */
function settle(
  snapshot: Snapshot,
  settings: Settings,
  lot: Lot & { checks: CheckWrite[]; cancel?: RunState[] },
): Decided {
  const { pull } = snapshot;
  const runs = [...lot.ended.map(({ run }) => run), ...lot.failed];
  const checks = [...lot.ended.flatMap(({ update }) => update ?? []), ...lot.checks];
  const cancel = runsAt(lot.cancel ?? []);
  const asked = askedBefore(runs[0]!.memory);
  if (lot.ended.length === 0) return { ...over(snapshot, settings, lot, null), checks, cancel };
  const { hold } = termsOf(snapshot, settings, runs);
  const record = {
    ...{ schema: 1 as const, pull: pull.number, account: hold.account, login: pull.author.toLowerCase() },
    ...{ track: asked.track, file: asked.blob, keep: asked.borrow.keep },
    runs: lot.ended.map(({ end }) => ({ ...end, gross: 0 })).toSorted((a, b) => a.ordinal - b.ordinal),
  };
  return {
    reasons: [reason('borrow', 'decided', 'paid', `${record.runs.length} runs`)],
    commit: { changes: [{ kind: 'borrowed', record }] },
    checks,
    cancel,
    again: true,
  };
}

/** It is recorded, or nothing of it came about. */
function over(
  snapshot: Snapshot,
  settings: Settings,
  lot: Lot,
  paid: Extract<NonNullable<Decided['says']>['decision'], { code: 'borrow-over' }>['paid'],
): Decided {
  const run = [...lot.ended, ...lot.out, ...lot.over].map((one) => one.run)[0] ?? lot.failed[0]!;
  const { blob, track } = askedBefore(run.memory);
  const why = lot.failed.at(-1)?.memory.failure ?? null;
  return {
    says: { decision: { code: 'borrow-over', paid, failed: lot.failed.length, why }, blob, track },
    reasons: [reason('borrow', 'decided', 'over', `${paid?.runs.length ?? 0} runs were paid`)],
    checks: lot.ended.flatMap(({ update }) => update ?? []),
    whenSaid: { next: nextInLine(snapshot.pull.number, snapshot, settings, track) },
    rest: 'what it borrowed is over',
  };
}
