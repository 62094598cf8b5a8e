import { nodeId } from '../shapes/node-id.ts';
import { htmlUrl } from '../shapes/repository.ts';
import type { Issue, Repository, User } from '../world/model.ts';
import { may } from '../world/permissions.ts';
import { RefusedError } from '../world/refused.ts';
import { fullName, isPull } from '../world/world.ts';
import { connection } from './connection.ts';
import { repositorySettings } from './repository-settings.ts';
import type { Args, Source, View } from './view.ts';

/** Repositories and refs. */

export function repositoryNode(view: View, repository: Repository): Source {
  const { world, actor } = view;
  const { git } = repository;
  return {
    __typename: 'Repository',
    id: nodeId('R', repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullName(repository),
    description: repository.description,
    url: htmlUrl(world, repository),
    owner: () => view.account(repository.owner),
    isFork: repository.parent !== null,
    isPrivate: repository.private,
    isArchived: repository.archived,
    ...repositorySettings(view, repository),
    parent: () => repository.parent && view.repository(repository.parent),
    createdAt: repository.createdAt,
    pushedAt: repository.pushedAt,
    updatedAt: repository.pushedAt,
    viewerPermission: () =>
      ['admin', 'write']
        .find((level) => may(actor, repository, 'contents', level as 'admin' | 'write'))
        ?.toUpperCase() ?? 'READ',
    defaultBranchRef: () => refNamed(`refs/heads/${repository.defaultBranch}`),
    ref: ({ qualifiedName }: Args) => refNamed(String(qualifiedName)),
    refs: async (args: Args) => {
      const prefix = String(args.refPrefix);
      const part = String(args.query ?? '').toLowerCase();
      const names = [...(await git.refs())].filter(
        ([name]) => name.startsWith(prefix) && name.slice(prefix.length).toLowerCase().includes(part),
      );
      return connection('refs', names, args, ([name, sha]) => view.ref(repository, name, sha));
    },
    object: ({ oid, expression }: Args) => object(oid as string | null, expression as string | null),
    labels: (args: Args) =>
      connection('labels', [...repository.labels.values()], args, (label) => view.label(repository, label)),
    label: ({ name }: Args) => {
      const label = repository.labels.get(String(name).toLowerCase());
      return label ? view.label(repository, label) : null;
    },
    forks: (args: Args) => {
      const forks = [...world.repositories.values()].filter((r) => r.parent === repository);
      return connection('forks', forks, args, (fork) => view.repository(fork));
    },
    pullRequest: ({ number }: Args) => view.issue(numbered(number as number, 'PullRequest', isPull)),
    issue: ({ number }: Args) => view.issue(numbered(number as number, 'Issue', (i) => !isPull(i))),
    issueOrPullRequest: ({ number }: Args) =>
      view.issue(numbered(number as number, 'issue or pull request', () => true)),
    pullRequests: (args: Args) =>
      connection('pullRequests', listed(args, isPull), args, (issue) => view.issue(issue)),
    issues: (args: Args) =>
      connection(
        'issues',
        listed(args, (i) => !isPull(i)),
        args,
        (issue) => view.issue(issue),
      ),
  };

  async function refNamed(name: string): Promise<Source | null> {
    const refs = await git.refs();
    const full = [name, `refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`].find((n) => refs.has(n));
    return full ? view.ref(repository, full, refs.get(full)!) : null;
  }
  async function object(
    oid: string | null | undefined,
    expression: string | null | undefined,
  ): Promise<Source | null> {
    if (oid) return view.object(repository, oid);
    if (!expression) throw new RefusedError(422, 'One of `oid` or `expression` must be provided.');
    const colon = expression.indexOf(':');
    const sha = await git.resolve(colon === -1 ? expression : expression.slice(0, colon));
    if (colon === -1 || !sha) return sha ? view.object(repository, sha) : null;
    const tree = (await git.store.commit(sha))?.tree ?? sha;
    const entry = await git.store.entryAt(tree, expression.slice(colon + 1));
    return entry && view.object(repository, entry.sha);
  }
  function numbered(number: number, type: string, is: (issue: Issue) => boolean): Issue {
    const issue = repository.issues.get(number);
    if (!issue || !is(issue))
      throw new RefusedError(404, `Could not resolve to a ${type} with the number of ${number}.`);
    return issue;
  }
  function listed(args: Args, is: (issue: Issue) => boolean): Issue[] {
    const filter = (args.filterBy ?? {}) as { [name: string]: unknown };
    const named = (login: unknown, user: User) =>
      typeof login !== 'string' || login.toLowerCase() === user.login.toLowerCase();
    const { states, orderBy, labels, headRefName, baseRefName } = args as {
      states?: string[] | null;
      orderBy?: { field: string; direction: string } | null;
      labels?: string[] | null;
      headRefName?: string | null;
      baseRefName?: string | null;
    };
    const found = [...repository.issues.values()]
      .filter(is)
      .filter((i) => !states || states.includes(stateOf(i)))
      .filter((i) => !labels || i.labels.some((label) => labels.includes(label.name)))
      .filter((i) => !headRefName || i.pull?.headRef === headRefName)
      .filter((i) => named(filter.createdBy, i.user))
      .filter((i) => !filter.assignee || i.assignees.some((user) => named(filter.assignee, user)))
      .filter((i) => !filter.mentioned || `${i.body}`.includes(`@${filter.mentioned}`))
      .filter((i) => !Array.isArray(filter.states) || filter.states.includes(stateOf(i)))
      .filter(
        (i) =>
          !Array.isArray(filter.labels) ||
          i.labels.some(({ name }) => (filter.labels as string[]).includes(name)),
      )
      .filter((i) => !baseRefName || i.pull?.baseRef === baseRefName);
    if (orderBy?.field === 'UPDATED_AT') found.sort((a, b) => a.updatedAt.localeCompare(b.updatedAt));
    return orderBy?.direction === 'DESC' ? found.reverse() : found;
  }
}

export function stateOf(issue: Issue): 'OPEN' | 'CLOSED' | 'MERGED' {
  if (issue.pull?.mergedAt) return 'MERGED';
  return issue.state === 'open' ? 'OPEN' : 'CLOSED';
}

export function refNode(view: View, repository: Repository, name: string, sha: string): Source {
  return {
    __typename: 'Ref',
    id: nodeId('REF', repository.id, name),
    name: name.replace(/^refs\/(heads|tags)\//, ''),
    branchProtectionRule: null,
    prefix: /^refs\/[^/]+\//.exec(name)?.[0] ?? 'refs/',
    target: () => view.object(repository, sha),
    repository: () => view.repository(repository),
  };
}
