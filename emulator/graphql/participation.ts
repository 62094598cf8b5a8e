import { htmlUrl } from '../shapes/repository.ts';
import { REACTIONS } from '../world/issues/reactions.ts';
import type { Comment, Issue, Reaction } from '../world/model.ts';
import { accountOf, may, signedIn } from '../world/permissions.ts';
import { isPull } from '../world/world.ts';
import { connection } from './connection.ts';
import type { Args, Source, View } from './view.ts';

/** Who takes part in an issue or pull request, and what GitHub also has there and Descent does not use: projects, milestones. */

const CONTENTS: { [content: string]: string } = { '+1': 'THUMBS_UP', '-1': 'THUMBS_DOWN' };

export function participation(view: View, issue: Issue): { [field: string]: unknown } {
  const { repository } = issue;
  const people = [...new Set([issue.user, ...issue.comments.map((comment) => comment.user)])];
  const users = people.filter((user) => user.type === 'User');
  const writes = () => may(view.actor, repository, ['issues', 'pull_requests'], 'write');
  const own = () => issue.user === accountOf(signedIn(view.actor));
  return {
    assignees: (args: Args) => connection('assignees', issue.assignees, args, view.account),
    participants: (args: Args) => connection('participants', users, args, view.account),
    reactionGroups: () => reactionGroups(view, issue.reactions),
    milestone: null,
    projectCards: (args: Args) => connection('projectCards', [], args, (none) => none),
    projectItems: (args: Args) => connection('projectItems', [], args, (none) => none),
    locked: issue.locked,
    activeLockReason: null,
    resourcePath: new URL(
      htmlUrl(view.world, repository, `/${isPull(issue) ? 'pull' : 'issues'}/${issue.number}`),
    ).pathname,
    viewerCanUpdate: () => writes() || own(),
    viewerCanClose: () => writes() || own(),
    viewerCanReopen: () => writes() || own(),
    viewerCanReact: true,
    viewerSubscription: 'UNSUBSCRIBED',
  };
}

export function commentExtras(view: View, comment: Comment): { [field: string]: unknown } {
  const edited = comment.updatedAt === comment.createdAt ? null : comment.updatedAt;
  return {
    includesCreatedEdit: edited !== null,
    lastEditedAt: edited,
    publishedAt: comment.createdAt,
    isMinimized: false,
    minimizedReason: null,
    reactionGroups: () => reactionGroups(view, comment.reactions),
    viewerCanReact: true,
  };
}

function reactionGroups(view: View, reactions: Reaction[]): Source[] {
  return REACTIONS.map((content) => {
    const found = reactions.filter((one) => one.content === content);
    const users = (args: Args) => connection('users', found, args, ({ user }) => view.account(user));
    return {
      __typename: 'ReactionGroup',
      content: CONTENTS[content] ?? content.toUpperCase(),
      createdAt: found[0]?.createdAt ?? null,
      users,
      reactors: users,
      viewerHasReacted: () => found.some(({ user }) => user === accountOf(signedIn(view.actor))),
    };
  });
}
