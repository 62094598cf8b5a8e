import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import { type Answer, type Effect, type Order, SILENT } from '../../model/effect.ts';
import type { Snapshot, World } from '../../model/snapshot.ts';
import { coAuthored } from '../../say/commit-message.ts';
import { written } from '../results/commit.ts';
import { answerOf, isEmpty } from './answer.ts';
import { belowVerdict, leftBehind } from './check-writes.ts';
import type { Commit, Decided } from './decided.ts';
import { frontierEffects } from './frontier-branch.ts';
import { repliesTo } from './replies.ts';

/** The one place where a decision becomes effects: comment, check runs, labels, commits, runs. */
export function effectsOf(snapshot: Snapshot, decided: Decided): Effect[] {
  const reopens = decided.reopens && snapshot.pull.state === 'closed';
  return effectsIn(snapshot, decided, {
    shown: shownOf(snapshot, decided),
    reopen: reopens ? [{ kind: 'reopen', subject: snapshot.pull.id }] : [],
    replies: decided.replies ? repliesTo(snapshot, decided.replies) : [],
  });
}

/** The same without a pull request: main's own file is measured. */
export function effectsOfFirstIncumbent(world: World, decided: Decided): Effect[] {
  const shown = { ...SILENT, checks: decided.checks ?? [] };
  return effectsIn(world, decided, { shown, reopen: [], replies: [] });
}

/** Whether nothing follows. */
export function isIdle(snapshot: Snapshot, decided: Decided): boolean {
  if (decided.commit) return false;
  return effectsOf(snapshot, decided).every((effect) => effect.kind === 'rest');
}

function effectsIn(
  world: World,
  decided: Decided,
  { shown, reopen, replies }: { shown: Answer; reopen: Effect[]; replies: Effect[] },
): Effect[] {
  const { alarms = [], cancel = [], dispatch = [], keep, commit, whenSaid, again } = decided;
  const done = commit ? commitOf(world, commit) : null;
  const news = isEmpty(shown) ? undefined : whenSaid;
  const effects: Effect[] = [
    ...alarms.map((alarm): Effect => ({ kind: 'alarm', ...alarm })),
    ...(cancel.length > 0 ? [{ kind: 'cancel', runs: cancel } as const] : []),
    ...reopen,
    ...(keep ? [{ kind: 'keep', ...keep } as const] : []),
    ...(done ? [done.effect] : []),
    ...(done || decided.showsFrontiers ? frontierEffects(world, done?.board) : []),
    ...told(shown, dispatch),
    ...(news?.alarms ?? []).map((alarm): Effect => ({ kind: 'alarm', ...alarm })),
    ...looks(decided, news?.next),
    ...replies,
    ...(again ? [{ kind: 'again', ...(again === 'retry' && { retry: true }) } as const] : []),
  ];
  if (effects.length > 0) return effects;
  return [{ kind: 'rest', why: decided.rest ?? decided.says?.decision.code ?? 'nothing is to be done' }];
}

function shownOf(snapshot: Snapshot, decided: Decided): Answer {
  const { says, below, reasons, left } = decided;
  const ended = left ? leftBehind(snapshot, left) : [];
  const checks = [...(decided.checks ?? []), ...ended];
  if (below) return belowVerdict(snapshot, below, checks);
  return says ? answerOf(snapshot, { ...says, reasons, checks }) : { ...SILENT, checks };
}

/** A dispatch writes the check runs itself. */
function told(shown: Answer, orders: Order[]): Effect[] {
  const { checks, ...rest } = shown;
  if (orders.length === 0) return isEmpty(shown) ? [] : [{ kind: 'answer', ...shown }];
  const beside = { ...rest, checks: [] };
  return [
    ...(isEmpty(beside) ? [] : [{ kind: 'answer', ...beside } as const]),
    { kind: 'dispatch', checks, orders },
  ];
}

function commitOf(
  world: World,
  { changes, measured, head, coAuthor }: Commit,
): { effect: Effect; board: Leaderboard } {
  const { leaderboard } = world.main;
  if (!leaderboard.ok) throw new Error('a commit of results needs a leaderboard that can be read');
  const { board, commit } = written(world, leaderboard.value, changes);
  const message = coAuthor ? coAuthored(commit.message, coAuthor) : commit.message;
  if (!measured && !head) return { effect: { kind: 'record', ...commit, message }, board };
  const { tree } = world.main;
  const merge = { tree, head: head ?? null, message, measured: measured ?? null };
  return { effect: { kind: 'merge', ...commit, ...merge }, board };
}

function looks({ look }: Decided, next: number[] | undefined): Effect[] {
  if (!look && !next) return [];
  const pulls = [...new Set([...(next ?? []), ...(look?.pulls ?? [])])];
  const { incumbents = [], heads } = look ?? {};
  return [{ kind: 'look', pulls, incumbents, ...(heads && { heads }) }];
}
