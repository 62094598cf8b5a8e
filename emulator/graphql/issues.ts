import { commentShape } from '../shapes/issue.ts';
import { nodeId } from '../shapes/node-id.ts';
import { htmlUrl } from '../shapes/repository.ts';
import { mergeability } from '../world/issues/merge.ts';
import { associationOf, pullRange } from '../world/issues/pulls.ts';
import type { Comment, Issue, Label, PullRequest, Repository } from '../world/model.ts';
import { accountOf, signedIn } from '../world/permissions.ts';
import { isPull } from '../world/world.ts';
import { connection } from './connection.ts';
import { commentExtras, participation } from './participation.ts';
import { stateOf } from './repository.ts';
import { reviewFields } from './review.ts';
import type { Args, Source, View } from './view.ts';

/** Issues, pull requests, comments and labels. */

export function issueNode(view: View, issue: Issue): Source {
  const { repository } = issue;
  return {
    __typename: 'Issue',
    id: nodeId(issue.pull ? 'PR' : 'I', repository.id, issue.number),
    databaseId: issue.pull?.id ?? issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    state: stateOf(issue),
    closed: issue.state === 'closed',
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    lastEditedAt: issue.editedAt,
    closedAt: issue.closedAt,
    url: htmlUrl(view.world, repository, `/${issue.pull ? 'pull' : 'issues'}/${issue.number}`),
    author: () => view.account(issue.user),
    authorAssociation: () => associationOf(issue.user, repository),
    viewerDidAuthor: () => issue.user === accountOf(signedIn(view.actor)),
    repository: () => view.repository(repository),
    labels: (args: Args) =>
      connection('labels', issue.labels, args, (label) => view.label(repository, label)),
    comments: (args: Args) =>
      connection('comments', issue.comments, args, (comment) => view.comment(comment)),
    stateReason: issue.state === 'closed' && !issue.pull ? 'COMPLETED' : null,
    ...participation(view, issue),
    ...(isPull(issue) && { ...pullFields(view, issue), ...reviewFields(view, issue) }),
  };
}

const CHANGES: { [status: string]: string } = { removed: 'DELETED' };

function pullFields(view: View, issue: PullRequest): Source {
  const { repository, pull } = issue;
  const { git } = repository;
  const changes = async () => {
    const { from, to } = await pullRange(issue);
    return git.changes(from, to);
  };
  const side = async (base: boolean) => {
    const where = base ? repository : pull.headRepository;
    const name = `refs/heads/${base ? pull.baseRef : pull.headRef}`;
    const sha = (await where?.git.refs())?.get(name);
    return where && sha ? view.ref(where, name, sha) : null;
  };
  return {
    __typename: 'PullRequest',
    isDraft: pull.draft,
    merged: pull.mergedAt !== null,
    mergedAt: pull.mergedAt,
    mergedBy: () => pull.mergedBy && view.account(pull.mergedBy),
    mergeCommit: () => (pull.mergeCommitSha ? view.commit(repository, pull.mergeCommitSha) : null),
    baseRef: () => side(true),
    baseRefName: pull.baseRef,
    baseRefOid: pull.baseSha,
    baseRepository: () => view.repository(repository),
    headRef: () => side(false),
    headRefName: pull.headRef,
    headRefOid: pull.headSha,
    headRepository: () => pull.headRepository && view.repository(pull.headRepository),
    headRepositoryOwner: () => (pull.headRepository ? view.account(pull.headOwner) : null),
    isCrossRepository: pull.headRepository !== repository,
    maintainerCanModify: pull.maintainerCanModify,
    changedFiles: async () => (await changes()).length,
    additions: async () => (await changes()).reduce((sum, file) => sum + file.additions, 0),
    deletions: async () => (await changes()).reduce((sum, file) => sum + file.deletions, 0),
    files: async (args: Args) =>
      connection('files', await changes(), args, (file) => ({
        __typename: 'PullRequestChangedFile',
        path: file.path,
        changeType: CHANGES[file.status] ?? file.status.toUpperCase(),
        additions: file.additions,
        deletions: file.deletions,
      })),
    mergeable: async () =>
      ({ clean: 'MERGEABLE', dirty: 'CONFLICTING', unknown: 'UNKNOWN' })[await mergeability(issue)],
    commits: async (args: Args) => {
      const { from, to } = await pullRange(issue);
      return connection('commits', await git.commitsBetween(from, to), args, (sha) => ({
        __typename: 'PullRequestCommit',
        commit: () => view.commit(repository, sha),
        url: htmlUrl(view.world, repository, `/pull/${issue.number}/commits/${sha}`),
      }));
    },
  };
}

export function commentNode(view: View, comment: Comment): Source {
  const { issue } = comment;
  return {
    __typename: 'IssueComment',
    id: nodeId('IC', comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    url: commentShape(view.world, comment).html_url,
    author: () => view.account(comment.user),
    authorAssociation: () => associationOf(comment.user, issue.repository),
    viewerDidAuthor: () => comment.user === accountOf(signedIn(view.actor)),
    issue: () => view.issue(issue),
    pullRequest: () => (isPull(issue) ? view.issue(issue) : null),
    repository: () => view.repository(issue.repository),
    ...commentExtras(view, comment),
  };
}

export function labelNode(view: View, repository: Repository, label: Label): Source {
  return {
    __typename: 'Label',
    id: nodeId('LA', label.id),
    name: label.name,
    color: label.color,
    description: label.description,
    isDefault: false,
    url: htmlUrl(view.world, repository, `/labels/${encodeURIComponent(label.name)}`),
    repository: () => view.repository(repository),
  };
}
