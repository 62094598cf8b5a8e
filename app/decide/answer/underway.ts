import type { Hold } from '../../../core/credits/holds.ts';
import { type Reason, reason } from '../../../core/formats/reasons.ts';
import { NO_OWNER } from '../../../core/owner.ts';
import { credits } from '../../../core/text/credits.ts';
import type { Order } from '../../model/effect.ts';
import type { QueueEntry, Snapshot } from '../../model/snapshot.ts';
import type { OverallKey } from '../../model/state.ts';
import { hasFrontier } from '../rules/frontier/grounds.ts';
import type { Turn } from '../rules/queue.ts';
import { waitsBehind } from '../rules/similar.ts';
import type { Bid } from '../rules/spending/bid.ts';
import { committedOf } from '../rules/spending/committed.ts';
import { isByBids } from '../rules/spending/priority.ts';
import type { Experiment } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';
import type { Decision, Progress } from './decision.ts';

/** What is decided of an experiment while its runs are out, or wait. */

/** How far it has come. @param ordered runs that are dispatched now */
function progressOf(
  { config }: Settings,
  { track, facts, pending, composition }: Experiment,
  ordered: number,
  confirms = false,
): Progress {
  const rules = config.tracks[track]!;
  const runs = [...facts.map((one) => one.run), ...pending.map((one) => one.key)];
  return {
    budgetSeconds: rules['budget-seconds'],
    losses: facts.flatMap((one) => one.run.valBpb ?? []),
    running: pending.length + ordered,
    several: rules.sigma !== undefined,
    confirming: confirms || runs.some((run) => run.stage === 'confirm'),
    frontier: !hasFrontier(rules) ? null : composition ? 'composed' : 'own',
  };
}

/** As the pull request would stand in the queue now. */
export function selfOf(
  { pull }: Snapshot,
  { blob, track, pending, certifies }: Experiment,
  state: OverallKey['state'],
  holds: Hold[] = [],
): QueueEntry {
  return {
    pull: pull.number,
    // What certifies a chain is nobody's share.
    author: certifies ? NO_OWNER : pull.author,
    createdAt: pull.createdAt,
    draft: false,
    head: pull.heads[0]!.oid,
    blob,
    overall: { blob, track, state, holds },
    running: pending.map((run) => run.key),
    confirming: 0,
  };
}

export function queued(
  snapshot: Snapshot,
  { config }: Settings,
  turn: Turn,
  begun: boolean,
  bid: Bid | null = null,
): Decision {
  const { before, held } = turn;
  const perAuthor = config.limits['open-per-author'];
  return {
    code: 'queued',
    before,
    held,
    perAuthor,
    begun,
    behind: waitsBehind(snapshot),
    ...(bid && { bid }),
  };
}

/** Its runs are out. @param orders that are dispatched now */
export function measuring(
  snapshot: Snapshot,
  settings: Settings,
  experiment: Experiment,
  orders: Order[] = [],
  confirms = false,
): Decision {
  const { blob, track } = experiment;
  const spent = committedOf(snapshot).filter(({ run }) => run.key.blob === blob && run.key.track === track);
  const paid = [...spent, ...orders.flatMap(({ memory }) => memory.paid ?? [])];
  return {
    code: 'measuring',
    progress: progressOf(settings, experiment, orders.length, confirms),
    ...(paid.length > 0 && {
      paid: paid.map(({ login, milli, for: kind }) => ({ login, milli, for: kind })),
    }),
  };
}

/** What the queue says. */
export function turnAsked({ places, before, held, bids }: Turn, bid: Bid | null = null): Reason {
  const because = bid ? [bidAsked(bid)] : [];
  if (held)
    return reason('turn', 'waits', 'held', 'earlier pull requests of the author use up the limit', because);
  const order = bids
    ? `; start ${bids.start} goes ${isByBids(bids.start) ? 'by bids' : 'without bids'}, and without any bids ${bids.unpaid} places were free for it`
    : '';
  const saw = `${before} before it, ${places} places free for it${order}`;
  return places === 0
    ? reason('turn', 'waits', 'queued', saw, because)
    : reason('turn', 'passed', 'its-turn', saw, because);
}

/** What is bid, and why what is not covered does not count. */
function bidAsked({ offers, short, price }: Bid): Reason {
  const each = [
    ...offers.map((one) => `${credits(one.milli)} by ${one.login}`),
    ...short.map((one) => `${credits(one.milli)} by ${one.login} does not count: ${SHORT[one.why]}`),
  ];
  const saw = `${each.join('; ')}; a run costs ${credits(price)}`;
  return offers.length > 0
    ? reason('bid', 'passed', 'covered', saw)
    : reason('bid', 'refused', short[0]?.why ?? 'none', saw);
}

const SHORT = {
  cover: 'the account has less that is free',
  price: 'less than a run costs',
  machine: 'no machine that takes paid runs is free',
};

/** Runs that are dispatched now, and to whom. */
export function dispatchAsked(
  orders: {
    key: { stage: string; ordinal: number };
    memory: { target: string | null; lent?: { name: string } | undefined };
  }[],
): Reason {
  const each = orders.map(
    ({ key, memory }) => `${key.stage} ${key.ordinal} to ${memory.lent?.name ?? memory.target ?? 'anybody'}`,
  );
  return reason('placing', 'acts', 'dispatched', each.join('; '));
}
