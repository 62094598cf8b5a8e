import type { IssueEvent, PullRequest, Repository, RepositoryEvent } from '../world/model.ts';
import { fullName, type World } from '../world/world.ts';
import { userShape } from './account.ts';
import { commentShape, issueShape } from './issue.ts';
import { nodeId } from './node-id.ts';
import { apiUrl, repositoryShape } from './repository.ts';

/** REST's shapes of what happened to an issue, and in a repository. */

export function issueEventShape(world: World, entry: IssueEvent) {
  const { id, issue, event, actor, createdAt, label, assignee, rename, commitId } = entry;
  const { repository } = issue;
  return {
    id,
    node_id: nodeId('EV', id),
    url: apiUrl(world, repository, `/issues/events/${id}`),
    actor: userShape(world, actor),
    event,
    commit_id: commitId ?? null,
    commit_url: commitId ? apiUrl(world, repository, `/commits/${commitId}`) : null,
    created_at: createdAt,
    performed_via_github_app: null,
    ...(label && { label: { name: label.name, color: label.color } }),
    ...(assignee && { assignee: userShape(world, assignee), assigner: userShape(world, actor) }),
    ...(rename && { rename }),
  };
}

const TYPES: { [event in RepositoryEvent['event']]?: string } = {
  push: 'PushEvent',
  pull_request: 'PullRequestEvent',
  issues: 'IssuesEvent',
  issue_comment: 'IssueCommentEvent',
  fork: 'ForkEvent',
};

type Activity = Repository['activity'][number];

/** An event of a repository's public activity; null for what is none. */
export function activityShape(world: World, repository: Repository, entry: Activity) {
  const { id, event, createdAt } = entry;
  const type = TYPES[event.event];
  if (!type) return null;
  const { login, id: actor } = event.sender;
  const gravatar = { gravatar_id: '', avatar_url: `${world.url}/avatars/${actor}` };
  return {
    id: String(id),
    type,
    actor: { id: actor, login, display_login: login, url: userShape(world, event.sender).url, ...gravatar },
    repo: { id: repository.id, name: fullName(repository), url: apiUrl(world, repository) },
    payload: payloadOf(world, entry),
    public: true,
    created_at: createdAt,
  };
}

function payloadOf(world: World, entry: Activity): object {
  const { event } = entry;
  switch (event.event) {
    case 'push': {
      const { ref, before } = event;
      return { repository_id: event.repository.id, push_id: entry.id, ref, before, head: event.after };
    }
    case 'pull_request':
      return {
        action: event.action,
        number: event.issue.number,
        pull_request: minimalPull(world, event.issue),
      };
    case 'fork':
      return { action: 'forked', forkee: repositoryShape(world, event.fork) };
    case 'issues':
      return { action: event.action, issue: issueShape(world, event.issue) };
    case 'issue_comment': {
      const { action, comment } = event;
      return { action, issue: issueShape(world, comment.issue), comment: commentShape(world, comment) };
    }
    default:
      return {};
  }
}

function minimalPull(world: World, { repository, number, pull }: PullRequest) {
  const side = (ref: string, sha: string, { id, name }: Repository, url: string) => ({
    ref,
    sha,
    repo: { id, name, url },
  });
  const own = apiUrl(world, repository);
  const head = pull.headRepository ?? repository;
  return {
    id: pull.id,
    number,
    url: `${own}/pulls/${number}`,
    head: side(pull.headRef, pull.headSha, head, apiUrl(world, head)),
    base: side(pull.baseRef, pull.baseSha, repository, own),
  };
}
