import { installationShape, userShape } from './shapes/account.ts';
import { checkShape } from './shapes/check.ts';
import { accountByEmail } from './shapes/commit.ts';
import { commentShape, issueShape, labelShape } from './shapes/issue.ts';
import { pullShape } from './shapes/pull.ts';
import { htmlUrl, minimalRepository, repositoryShape } from './shapes/repository.ts';
import { jobShape, runShape, workflowShape } from './shapes/run.ts';
import { suiteShape } from './shapes/suite.ts';
import { suiteOfId } from './world/checks.ts';
import type { InstallationEvent, Repository, RepositoryEvent, WorldEvent } from './world/model.ts';
import type { World } from './world/world.ts';

/** The JSON of each webhook, without `installation`, which the delivery adds. */
export async function payloadOf(world: World, event: WorldEvent): Promise<object> {
  return 'repository' in event ? repositoryPayload(world, event) : installationPayload(world, event);
}

async function repositoryPayload(world: World, event: RepositoryEvent): Promise<object> {
  const about = {
    repository: repositoryShape(world, event.repository),
    sender: userShape(world, event.sender),
  };
  const { repository } = event;
  switch (event.event) {
    case 'pull_request': {
      const { action, issue, label, assignee, before, changes } = event;
      return {
        action,
        number: issue.number,
        pull_request: await pullShape(world, issue),
        ...(label && { label: labelShape(world, repository, label) }),
        ...(assignee && { assignee: userShape(world, assignee) }),
        ...(before && { before, after: issue.pull.headSha }),
        ...(changes && { changes }),
        ...about,
      };
    }
    case 'issues': {
      const { action, issue, label, assignee, changes } = event;
      const shown = {
        ...(label && { label: labelShape(world, repository, label) }),
        ...(assignee && { assignee: userShape(world, assignee) }),
      };
      return { action, issue: issueShape(world, issue), ...shown, ...(changes && { changes }), ...about };
    }
    case 'issue_comment': {
      const { action, comment, changes } = event;
      const issue = issueShape(world, comment.issue);
      return { action, issue, comment: commentShape(world, comment), ...(changes && { changes }), ...about };
    }
    case 'check_run': {
      const { action, checkRun, requested } = event;
      const pressed = requested && { requested_action: requested };
      const suite = await suiteShape(world, suiteOfId(world, repository, checkRun.suiteId));
      const check = { ...checkShape(world, checkRun), check_suite: suite };
      return { action, check_run: check, ...pressed, ...about };
    }
    case 'check_suite':
      return { action: event.action, check_suite: await suiteShape(world, event.checks), ...about };
    case 'workflow_run': {
      const { run } = event;
      const { workflowId: id, path, name } = run;
      const workflow = workflowShape(world, repository, { id, path, name });
      return { action: event.action, workflow_run: await runShape(world, run), workflow, ...about };
    }
    case 'workflow_job':
      return { action: event.action, workflow_job: jobShape(world, event.job), ...about };
    case 'push':
      return { ...(await pushPayload(world, repository, event)), ...about };
    case 'repository':
      return { action: event.action, ...(event.changes && { changes: event.changes }), ...about };
    case 'fork':
      return { forkee: repositoryShape(world, event.fork), ...about };
  }
}

function installationPayload(world: World, event: InstallationEvent): object {
  const { installation } = event;
  const about = {
    action: event.action,
    installation: installationShape(world, installation),
    sender: userShape(world, event.sender),
  };
  const brief = (some: Iterable<Repository>) =>
    [...some].map((one) => {
      const { id, node_id, name, full_name } = minimalRepository(world, one);
      return { id, node_id, name, full_name, private: one.private };
    });
  if (event.event === 'installation')
    return { ...about, repositories: brief(installation.repositories), requester: null };
  const [added, removed] = event.action === 'added' ? [event.changed, []] : [[], event.changed];
  return {
    ...about,
    repository_selection: 'selected',
    repositories_added: brief(added),
    repositories_removed: brief(removed),
    requester: null,
  };
}

const SHOWN = 20;

async function pushPayload(world: World, repository: Repository, push: RepositoryEvent & { event: 'push' }) {
  const { git } = repository;
  const { ref, before, after, forced } = push;
  const [created, deleted] = [/^0+$/.test(before), /^0+$/.test(after)];
  const shas = deleted ? [] : created ? [after] : await git.commitsBetween(before, after);
  const commits = await Promise.all(shas.slice(-SHOWN).map((sha) => pushedCommit(world, repository, sha)));
  return {
    ref,
    before,
    after,
    created,
    deleted,
    forced,
    base_ref: null,
    compare: htmlUrl(world, repository, `/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`),
    commits,
    head_commit: deleted
      ? null
      : (commits.find((c) => c.id === after) ?? (await pushedCommit(world, repository, after))),
    pusher: { name: push.sender.login, email: `${push.sender.login}@users.noreply.github.com` },
  };
}

async function pushedCommit(world: World, repository: Repository, sha: string) {
  const { git } = repository;
  const commit = await git.store.commit(sha);
  const parent = commit?.parents[0];
  const changes = parent ? await git.changes(parent, sha) : [];
  const paths = (...status: string[]) => changes.filter((c) => status.includes(c.status)).map((c) => c.path);
  const who = (side: 'author' | 'committer') => {
    const person = commit![side];
    const username = accountByEmail(world, person)?.login;
    return { name: person.name, email: person.email, date: person.date, ...(username && { username }) };
  };
  return {
    id: sha,
    tree_id: commit?.tree ?? '',
    distinct: true,
    message: commit?.message ?? '',
    timestamp: commit?.committer.date ?? '',
    url: htmlUrl(world, repository, `/commit/${sha}`),
    author: commit ? who('author') : { name: '', email: '' },
    committer: commit ? who('committer') : { name: '', email: '' },
    added: paths('added', 'copied'),
    removed: paths('removed'),
    modified: paths('modified', 'renamed', 'changed'),
  };
}
