import { type Reason, reason } from '../../../core/formats/reasons.ts';
import { NO_OWNER } from '../../../core/owner.ts';
import type { QueueEntry, Snapshot } from '../../model/snapshot.ts';
import type { OverallKey } from '../../model/state.ts';
import { hasFrontier } from '../rules/frontier/grounds.ts';
import type { Turn } from '../rules/queue.ts';
import { waitsBehind } from '../rules/similar.ts';
import type { Experiment } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';
import type { Decision, Progress } from './decision.ts';

/** What is decided of an experiment while its runs are out, or wait. */

/** How far it has come. @param ordered runs that are dispatched now */
export function progressOf(
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
): QueueEntry {
  return {
    pull: pull.number,
    // What certifies a chain is nobody's share.
    author: certifies ? NO_OWNER : pull.author,
    createdAt: pull.createdAt,
    draft: false,
    head: pull.heads[0]!.oid,
    blob,
    overall: { blob, track, state },
    running: pending.map((run) => run.key),
    confirming: 0,
  };
}

export function queued(snapshot: Snapshot, { config }: Settings, turn: Turn, begun: boolean): Decision {
  const { before, held } = turn;
  const perAuthor = config.limits['open-per-author'];
  return { code: 'queued', before, held, perAuthor, begun, behind: waitsBehind(snapshot) };
}

/** What the queue says. */
export function turnAsked({ places, before, held }: Turn): Reason {
  if (held) return reason('turn', 'waits', 'held', 'earlier pull requests of the author use up the limit');
  const saw = `${before} before it, ${places} places free for it`;
  return places === 0 ? reason('turn', 'waits', 'queued', saw) : reason('turn', 'passed', 'its-turn', saw);
}

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
