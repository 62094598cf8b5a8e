import { associationOf } from '../world/issues/pulls.ts';
import { REACTIONS } from '../world/issues/reactions.ts';
import type { Comment, Issue, Label, Reaction, Repository } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { appShape, userShape } from './account.ts';
import { nodeId } from './node-id.ts';
import { apiUrl, htmlUrl } from './repository.ts';

/** REST's shapes of issues, comments and labels. */

function reactionCounts(url: string, reactions: Reaction[]) {
  const count = (content: string) => reactions.filter((one) => one.content === content).length;
  const counts = Object.fromEntries(REACTIONS.map((content) => [content, count(content)]));
  return { url: `${url}/reactions`, total_count: reactions.length, ...counts };
}

export function reactionShape(world: World, { id, user, content, createdAt }: Reaction) {
  const node = nodeId('REA', id);
  return { id, node_id: node, user: userShape(world, user), content, created_at: createdAt };
}

export function labelShape(world: World, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: apiUrl(world, repository, `/labels/${encodeURIComponent(label.name)}`),
    name: label.name,
    description: label.description,
    color: label.color,
    default: false,
  };
}

export function issueShape(world: World, issue: Issue) {
  const { repository, pull, number } = issue;
  const url = apiUrl(world, repository, `/issues/${number}`);
  const html = htmlUrl(world, repository, `/${pull ? 'pull' : 'issues'}/${number}`);
  return {
    id: issue.id,
    node_id: nodeId(pull ? 'PR' : 'I', repository.id, number),
    url,
    repository_url: apiUrl(world, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    number,
    state: issue.state,
    state_reason: issue.state === 'closed' && !pull ? 'completed' : null,
    title: issue.title,
    body: issue.body,
    user: userShape(world, issue.user),
    labels: issue.labels.map((label) => labelShape(world, repository, label)),
    assignee: issue.assignees[0] ? userShape(world, issue.assignees[0]) : null,
    assignees: issue.assignees.map((user) => userShape(world, user)),
    milestone: null,
    locked: issue.locked,
    active_lock_reason: null,
    comments: issue.comments.length,
    ...(pull && {
      draft: pull.draft,
      pull_request: {
        url: apiUrl(world, repository, `/pulls/${number}`),
        html_url: html,
        diff_url: `${html}.diff`,
        patch_url: `${html}.patch`,
        merged_at: pull.mergedAt,
      },
    }),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: associationOf(issue.user, repository),
    reactions: reactionCounts(url, issue.reactions),
  };
}

export function commentShape(world: World, comment: Comment) {
  const { issue } = comment;
  const { repository } = issue;
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url: apiUrl(world, repository, `/issues/comments/${comment.id}`),
    html_url: `${htmlUrl(world, repository, `/${issue.pull ? 'pull' : 'issues'}/${issue.number}`)}#issuecomment-${comment.id}`,
    issue_url: apiUrl(world, repository, `/issues/${issue.number}`),
    body: comment.body,
    user: userShape(world, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(comment.user, repository),
    reactions: reactionCounts(apiUrl(world, repository, `/issues/comments/${comment.id}`), comment.reactions),
    performed_via_github_app: comment.app && appShape(world, comment.app),
  };
}
