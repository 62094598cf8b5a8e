import type { FileChange } from '../git/diff.ts';
import { mergeability } from '../world/issues/merge.ts';
import { associationOf, pullRange } from '../world/issues/pulls.ts';
import type { PullRequest, Repository, User } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { userShape } from './account.ts';
import { labelShape } from './issue.ts';
import { nodeId } from './node-id.ts';
import { apiUrl, htmlUrl, repositoryShape } from './repository.ts';

/** REST's shapes of pull requests and their files. */

export function simplePullShape(world: World, issue: PullRequest) {
  const { repository, pull, number } = issue;
  const url = apiUrl(world, repository, `/pulls/${number}`);
  const issueUrl = apiUrl(world, repository, `/issues/${number}`);
  const html = htmlUrl(world, repository, `/pull/${number}`);
  const statuses = apiUrl(world, repository, `/statuses/${pull.headSha}`);
  const reviewComment = apiUrl(world, repository, '/pulls/comments{/number}');
  const side = (label: string, ref: string, sha: string, user: User, repo: Repository | null) => ({
    label,
    ref,
    sha,
    user: userShape(world, user),
    repo: repo && repositoryShape(world, repo),
  });
  const base = `${repository.owner.login}:${pull.baseRef}`;
  return {
    url,
    id: pull.id,
    node_id: nodeId('PR', repository.id, number),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: reviewComment,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: userShape(world, issue.user),
    body: issue.body,
    labels: issue.labels.map((label) => labelShape(world, repository, label)),
    milestone: null,
    active_lock_reason: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: issue.assignees[0] ? userShape(world, issue.assignees[0]) : null,
    assignees: issue.assignees.map((user) => userShape(world, user)),
    requested_reviewers: [],
    requested_teams: [],
    head: side(pull.headLabel, pull.headRef, pull.headSha, pull.headOwner, pull.headRepository),
    base: side(base, pull.baseRef, pull.baseSha, repository.owner, repository),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: reviewComment },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: associationOf(issue.user, repository),
    auto_merge: null,
    draft: pull.draft,
  };
}

export async function pullShape(world: World, issue: PullRequest) {
  const { repository, pull } = issue;
  const { from, to } = await pullRange(issue);
  const files = await repository.git.changes(from, to);
  const commits = await repository.git.commitsBetween(from, to);
  const merge = await mergeability(issue);
  const clean = merge === 'unknown' ? null : merge === 'clean';
  return {
    ...simplePullShape(world, issue),
    merged: pull.mergedAt !== null,
    mergeable: clean,
    rebaseable: clean,
    mergeable_state: merge !== 'unknown' && pull.draft ? 'draft' : merge,
    merged_by: pull.mergedBy && userShape(world, pull.mergedBy),
    comments: issue.comments.length,
    review_comments: 0,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: commits.length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}

/** A file of a comparison; `patch` is left out for a binary file and for one too long, as GitHub does. */
export async function fileShape(
  world: World,
  repository: Repository,
  from: string,
  to: string,
  file: FileChange,
) {
  const paths = file.previousPath ? [file.previousPath, file.path] : [file.path];
  const patch = await repository.git.patch(from, to, paths);
  const encoded = file.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: htmlUrl(world, repository, `/blob/${to}/${encoded}`),
    raw_url: htmlUrl(world, repository, `/raw/${to}/${encoded}`),
    contents_url: apiUrl(world, repository, `/contents/${encoded}?ref=${to}`),
    ...(patch !== undefined && patch.length < 1_000_000 && { patch }),
    ...(file.previousPath && { previous_filename: file.previousPath }),
  };
}
