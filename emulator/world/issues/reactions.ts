import type { Actor, Comment, Issue, Reaction } from '../model.ts';
import { accountOf, needVoice } from '../permissions.ts';
import { notFound } from '../refused.ts';
import type { World } from '../world.ts';

/** Reactions to issues and comments. */

export const REACTIONS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'eyes', 'rocket'] as const;
type ReactionContent = (typeof REACTIONS)[number];

/** The one of this account when it has reacted so before. */
export function react(world: World, actor: Actor, to: Issue | Comment, content: ReactionContent) {
  const issue = 'issue' in to ? to.issue : to;
  const user = accountOf(needVoice(actor, issue.repository, ['issues', 'pull_requests']));
  const old = to.reactions.find((one) => one.user === user && one.content === content);
  if (old) return { reaction: old, made: false };
  const reaction: Reaction = { id: world.id(), user, content, createdAt: world.time() };
  to.reactions.push(reaction);
  return { reaction, made: true };
}

export function unreact(actor: Actor, to: Issue | Comment, id: number): void {
  const issue = 'issue' in to ? to.issue : to;
  const user = accountOf(needVoice(actor, issue.repository, ['issues', 'pull_requests']));
  const at = to.reactions.findIndex((one) => one.id === id && one.user === user);
  if (at === -1) throw notFound();
  to.reactions.splice(at, 1);
}
