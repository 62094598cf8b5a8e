import type { Actor, PullRequest, Repository, User } from '../model.ts';
import { accountOf, may, need, needOrOwn, needWritable, signedIn } from '../permissions.ts';
import { invalid, notFound, type RefusedError } from '../refused.ts';
import { inNetwork } from '../repositories.ts';
import type { World } from '../world.ts';
import { closePull, synchronize } from './branch-moved.ts';

/** Pull requests: opened, edited, closed and reopened. */

export interface NewPull {
  title: string;
  body: string | null;
  head: string;
  headRepository?: string | undefined;
  base: string;
  draft: boolean;
  maintainerCanModify: boolean;
}

export async function openPull(
  world: World,
  actor: Actor,
  base: Repository,
  wanted: NewPull,
): Promise<PullRequest> {
  const writer = signedIn(actor);
  if (writer.kind === 'integration') need(writer, base, 'pull_requests', 'write');
  needWritable(base);
  const author = accountOf(writer);
  const { repository, branch } = headOf(world, base, wanted);
  const headSha = repository && (await repository.git.refs()).get(`refs/heads/${branch}`);
  if (!repository || !headSha) throw failed({ field: 'head', code: 'invalid' });
  if (writer.kind === 'user' && !may(writer, repository, 'contents', 'write')) throw notFound();
  const baseSha = (await base.git.refs()).get(`refs/heads/${wanted.base}`);
  if (!baseSha) throw failed({ field: 'base', code: 'invalid' });
  const label = `${repository.owner.login}:${branch}`;
  for (const { state, pull } of base.issues.values())
    if (
      state === 'open' &&
      pull?.headRepository === repository &&
      pull.headRef === branch &&
      pull.baseRef === wanted.base
    )
      throw failed({ code: 'custom', message: `A pull request already exists for ${label}.` });
  if (!(await base.git.mergeBase(baseSha, headSha)))
    throw failed({
      code: 'custom',
      message: `The ${wanted.base} branch has no history in common with ${label}`,
    });
  if (await base.git.isAncestor(headSha, baseSha))
    throw failed({ code: 'custom', message: `No commits between ${wanted.base} and ${label}` });

  const issue: PullRequest = {
    ...emptyIssue(world, base, author, wanted.title, wanted.body),
    pull: {
      id: world.id(),
      draft: wanted.draft,
      baseRef: wanted.base,
      baseSha,
      headRef: branch,
      headSha,
      headLabel: label,
      headOwner: repository.owner,
      headRepository: repository,
      maintainerCanModify: wanted.maintainerCanModify && repository !== base,
      mergedAt: null,
      mergedBy: null,
      mergeCommitSha: null,
    },
  };
  base.issues.set(issue.number, issue);
  await base.git.updateRef(`refs/pull/${issue.number}/head`, headSha);
  await world.emit({ event: 'pull_request', action: 'opened', issue, repository: base, sender: author });
  return issue;
}

export function emptyIssue(
  world: World,
  repository: Repository,
  user: User,
  title: string,
  body: string | null,
) {
  if (title.trim() === '')
    throw invalid('Validation Failed', [{ resource: 'Issue', code: 'missing_field', field: 'title' }]);
  return {
    id: world.id(),
    repository,
    number: repository.issues.size + 1,
    title,
    body,
    user,
    state: 'open' as const,
    locked: false,
    labels: [],
    assignees: [],
    reactions: [],
    comments: [],
    events: [],
    createdAt: world.time(),
    updatedAt: world.time(),
    editedAt: null,
    closedAt: null,
    closedBy: null,
  };
}

/** `branch`, `owner:branch`, or either with `head_repo`. */
function headOf(world: World, base: Repository, wanted: NewPull) {
  const colon = wanted.head.indexOf(':');
  const owner = colon === -1 ? undefined : wanted.head.slice(0, colon);
  const branch = wanted.head.slice(colon + 1);
  if (wanted.headRepository !== undefined) {
    const full = wanted.headRepository.includes('/')
      ? wanted.headRepository
      : `${owner}/${wanted.headRepository}`;
    const named = world.repositories.get(full.toLowerCase());
    return { repository: named?.root === base.root ? named : undefined, branch };
  }
  return { repository: owner === undefined ? base : inNetwork(world, base, owner), branch };
}

function failed(error: { field?: string; code: string; message?: string }): RefusedError {
  return invalid('Validation Failed', [{ resource: 'PullRequest', ...error }]);
}

export interface PullEdit {
  title?: string | undefined;
  body?: string | null | undefined;
  state?: 'open' | 'closed' | undefined;
  base?: string | undefined;
  maintainerCanModify?: boolean | undefined;
}

/** The author may edit, close and (unless a maintainer closed it) reopen. So may accounts with write access. */
export async function editPull(
  world: World,
  actor: Actor,
  issue: PullRequest,
  edit: PullEdit,
): Promise<void> {
  const { repository, pull } = issue;
  const sender = accountOf(needOrOwn(actor, repository, ['pull_requests', 'issues'], issue.user));
  const changes: { [field: string]: { from: unknown } } = {};
  if (edit.title !== undefined && edit.title !== issue.title) {
    if (edit.title.trim() === '') throw failed({ field: 'title', code: 'missing_field' });
    changes.title = { from: issue.title };
    issue.title = edit.title;
  }
  if (edit.body !== undefined && edit.body !== issue.body) {
    changes.body = { from: issue.body ?? '' };
    issue.body = edit.body;
    issue.editedAt = world.time();
  }
  if (edit.base !== undefined && edit.base !== pull.baseRef) {
    const tip = (await repository.git.refs()).get(`refs/heads/${edit.base}`);
    if (!tip) throw failed({ field: 'base', code: 'invalid' });
    changes.base = { from: { ref: pull.baseRef, sha: pull.baseSha } as never };
    [pull.baseRef, pull.baseSha] = [edit.base, tip];
  }
  if (edit.maintainerCanModify !== undefined) pull.maintainerCanModify = edit.maintainerCanModify;
  issue.updatedAt = world.time();
  if (Object.keys(changes).length > 0)
    await world.emit({ event: 'pull_request', action: 'edited', issue, changes, repository, sender });
  if (edit.state === 'closed' && issue.state === 'open') await closePull(world, issue, sender);
  if (edit.state === 'open' && issue.state === 'closed') await reopen(world, actor, issue, sender);
}

async function reopen(world: World, actor: Actor, issue: PullRequest, sender: User): Promise<void> {
  const { repository, pull } = issue;
  const tip = (await pull.headRepository?.git.refs())?.get(`refs/heads/${pull.headRef}`);
  if (pull.mergedAt || !tip)
    throw failed({ field: 'state', code: 'invalid', message: 'state cannot be changed.' });
  if (issue.closedBy !== sender) need(actor, repository, ['pull_requests', 'issues'], 'write');
  issue.state = 'open';
  issue.closedAt = issue.closedBy = null;
  await world.emit({ event: 'pull_request', action: 'reopened', issue, repository, sender });
  await synchronize(world, issue, sender, tip);
}

export async function setDraft(
  world: World,
  actor: Actor,
  issue: PullRequest,
  draft: boolean,
): Promise<void> {
  const { repository } = issue;
  const sender = accountOf(needOrOwn(actor, repository, 'pull_requests', issue.user));
  if (issue.pull.draft === draft) return;
  issue.pull.draft = draft;
  issue.updatedAt = world.time();
  const action = draft ? 'converted_to_draft' : 'ready_for_review';
  await world.emit({ event: 'pull_request', action, issue, repository, sender });
}

/** What the pull request changes: from the point where it left the base, as it was when the head was last seen. */
export async function pullRange(issue: PullRequest): Promise<{ from: string; to: string }> {
  const { baseSha, headSha } = issue.pull;
  return { from: (await issue.repository.git.mergeBase(baseSha, headSha)) ?? baseSha, to: headSha };
}

export function associationOf(user: User, repository: Repository): string {
  if (user === repository.owner) return 'OWNER';
  if (repository.collaborators.has(user.login.toLowerCase())) return 'COLLABORATOR';
  const known = [...repository.issues.values()].some((i) => i.user === user && i.pull?.mergedAt);
  return known ? 'CONTRIBUTOR' : 'NONE';
}
