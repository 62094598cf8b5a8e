import type { Actor, Comment, Issue, Label, Repository } from '../model.ts';
import { accountOf, may, need, needOrOwn, needVoice, signedIn } from '../permissions.ts';
import { invalid, RefusedError } from '../refused.ts';
import { isPull, type World } from '../world.ts';
import { assign, assignees } from './assignees.ts';
import { editPull, emptyIssue } from './pulls.ts';

/** Issues, their comments and labels; a pull request is an issue as well. */

const BODY_LIMIT = 65_536;
const TALK = ['issues', 'pull_requests'];

export async function openIssue(
  world: World,
  actor: Actor,
  repository: Repository,
  title: string,
  body: string | null,
  labels: () => Label[] = () => [],
) {
  const writer = needVoice(actor, repository, 'issues');
  const sender = accountOf(writer);
  checkBody(body, 'Issue');
  const issue: Issue = { ...emptyIssue(world, repository, sender, title, body), pull: null };
  repository.issues.set(issue.number, issue);
  await world.emit({ event: 'issues', action: 'opened', issue, repository, sender });
  // An account that may not label still opens the issue, without labels.
  if (may(actor, repository, 'issues', 'write')) await addLabels(world, actor, issue, labels());
  return issue;
}

export interface IssueEdit {
  title?: string | undefined;
  body?: string | null | undefined;
  state?: 'open' | 'closed' | undefined;
  labels?: string[] | undefined;
  assignees?: string[] | undefined;
}

export async function editIssue(world: World, actor: Actor, issue: Issue, edit: IssueEdit): Promise<void> {
  const { repository } = issue;
  if (edit.body !== undefined) checkBody(edit.body, 'Issue');
  if (isPull(issue)) await editPull(world, actor, issue, edit);
  else {
    const sender = accountOf(needOrOwn(actor, repository, 'issues', issue.user));
    const changed = edit.title !== undefined || edit.body !== undefined;
    const renamed = edit.title !== undefined && edit.title !== issue.title;
    const changes = renamed ? { title: { from: issue.title } } : {};
    issue.title = edit.title ?? issue.title;
    issue.body = edit.body === undefined ? issue.body : edit.body;
    issue.updatedAt = world.time();
    if (edit.body !== undefined) issue.editedAt = issue.updatedAt;
    if (changed) await world.emit({ event: 'issues', action: 'edited', issue, changes, repository, sender });
    if (edit.state !== undefined && edit.state !== issue.state) {
      issue.state = edit.state;
      issue.closedAt = edit.state === 'closed' ? world.time() : null;
      issue.closedBy = edit.state === 'closed' ? sender : null;
      const action = edit.state === 'closed' ? 'closed' : 'reopened';
      await world.emit({ event: 'issues', action, issue, repository, sender });
    }
  }
  if (edit.labels && may(actor, repository, TALK, 'write')) {
    const wanted = new Set(edit.labels.map((name) => name.toLowerCase()));
    for (const label of [...issue.labels])
      if (!wanted.has(label.name.toLowerCase())) await removeLabel(world, actor, issue, label);
    await addLabels(world, actor, issue, labelsNamed(world, actor, repository, edit.labels));
  }
  if (edit.assignees && may(actor, repository, TALK, 'write'))
    await assign(world, accountOf(signedIn(actor)), issue, assignees(world, issue, edit.assignees));
}

export async function addComment(world: World, actor: Actor, issue: Issue, body: string): Promise<Comment> {
  const { repository } = issue;
  const writer = needVoice(actor, repository, issue.pull ? TALK : 'issues');
  const user = accountOf(writer);
  needUnlocked(issue, writer, 'create');
  checkBody(body, 'IssueComment');
  if (body.trim() === '')
    throw invalid('Validation Failed', [{ resource: 'IssueComment', code: 'missing_field', field: 'body' }]);
  const comment: Comment = {
    id: world.id(),
    issue,
    user,
    body,
    app: writer.kind === 'integration' ? writer.app : null,
    reactions: [],
    createdAt: world.time(),
    updatedAt: world.time(),
  };
  issue.comments.push(comment);
  issue.updatedAt = world.time();
  world.comments.set(comment.id, comment);
  await world.emit({ event: 'issue_comment', action: 'created', comment, repository, sender: user });
  return comment;
}

export async function editComment(world: World, actor: Actor, comment: Comment, body: string): Promise<void> {
  const { repository } = comment.issue;
  const writer = needOrOwn(actor, repository, TALK, comment.user);
  const sender = accountOf(writer);
  needUnlocked(comment.issue, writer, 'update');
  checkBody(body, 'IssueComment');
  const changes = { body: { from: comment.body } };
  comment.body = body;
  comment.updatedAt = world.time();
  await world.emit({ event: 'issue_comment', action: 'edited', comment, changes, repository, sender });
}

/** In a locked conversation people with write access may talk; Apps may not. */
function needUnlocked(issue: Issue, writer: Actor, deed: 'create' | 'update'): void {
  const stays = writer.kind === 'user' && may(writer, issue.repository, TALK, 'write');
  if (issue.locked && !stays)
    throw new RefusedError(403, `Unable to ${deed} comment because issue is locked.`);
}

/** Locks or unlocks the conversation. */
export async function lockIssue(world: World, actor: Actor, issue: Issue, locked: boolean): Promise<void> {
  const { repository } = issue;
  const sender = accountOf(need(actor, repository, TALK, 'write'));
  if (issue.locked === locked) return;
  issue.locked = locked;
  if (!isPull(issue)) return; // the webhooks of plain issues are not played
  const action = locked ? 'locked' : 'unlocked';
  await world.emit({ event: 'pull_request', action, issue, repository, sender });
}

export async function deleteComment(world: World, actor: Actor, comment: Comment): Promise<void> {
  const { issue } = comment;
  const sender = accountOf(needOrOwn(actor, issue.repository, TALK, comment.user));
  issue.comments.splice(issue.comments.indexOf(comment), 1);
  world.comments.delete(comment.id);
  await world.emit({
    event: 'issue_comment',
    action: 'deleted',
    comment,
    repository: issue.repository,
    sender,
  });
}

export function createLabel(
  world: World,
  actor: Actor,
  repository: Repository,
  wanted: { name: string; color: string; description: string | null },
): Label {
  need(actor, repository, TALK, 'write');
  const key = wanted.name.toLowerCase();
  if (repository.labels.has(key))
    throw invalid('Validation Failed', [{ resource: 'Label', code: 'already_exists', field: 'name' }]);
  if (wanted.name.trim() === '' || wanted.name.length > 50)
    throw invalid('Validation Failed', [{ resource: 'Label', code: 'invalid', field: 'name' }]);
  if (!/^[0-9a-fA-F]{6}$/.test(wanted.color))
    throw invalid('Validation Failed', [{ resource: 'Label', code: 'invalid', field: 'color' }]);
  const label: Label = { id: world.id(), ...wanted, color: wanted.color.toLowerCase() };
  repository.labels.set(key, label);
  return label;
}

/** Labels by name; one that the repository lacks is made, as REST does. */
export function labelsNamed(world: World, actor: Actor, repository: Repository, names: string[]): Label[] {
  return names.map(
    (name) =>
      repository.labels.get(name.toLowerCase()) ??
      createLabel(world, actor, repository, { name, color: 'ededed', description: null }),
  );
}

export async function addLabels(world: World, actor: Actor, issue: Issue, labels: Label[]): Promise<void> {
  need(actor, issue.repository, issue.pull ? TALK : 'issues', 'write');
  for (const label of labels) {
    if (issue.labels.includes(label)) continue;
    issue.labels.push(label);
    await labelled(world, actor, issue, label, 'labeled');
  }
}

export async function removeLabel(world: World, actor: Actor, issue: Issue, label: Label): Promise<void> {
  need(actor, issue.repository, issue.pull ? TALK : 'issues', 'write');
  const at = issue.labels.indexOf(label);
  if (at === -1) return;
  issue.labels.splice(at, 1);
  await labelled(world, actor, issue, label, 'unlabeled');
}

async function labelled(
  world: World,
  actor: Actor,
  issue: Issue,
  label: Label,
  action: string,
): Promise<void> {
  const { repository } = issue;
  const sender = accountOf(need(actor, repository, TALK, 'write'));
  issue.updatedAt = world.time();
  if (isPull(issue)) await world.emit({ event: 'pull_request', action, issue, label, repository, sender });
  else await world.emit({ event: 'issues', action, issue, label, repository, sender });
}

function checkBody(body: string | null | undefined, resource: string): void {
  if (body && body.length > BODY_LIMIT)
    throw invalid('Validation Failed', [
      {
        resource,
        code: 'custom',
        field: 'body',
        message: `body is too long (maximum is ${BODY_LIMIT} characters)`,
      },
    ]);
}
