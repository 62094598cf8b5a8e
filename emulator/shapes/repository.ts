import type { Actor, Repository } from '../world/model.ts';
import { may } from '../world/permissions.ts';
import { fullName, type World } from '../world/world.ts';
import { userShape } from './account.ts';
import { nodeId } from './node-id.ts';

/** REST's shapes of repositories. */

const TEMPLATES = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

export function apiUrl(world: World, repository: Repository, path = ''): string {
  return `${world.url}/repos/${fullName(repository)}${path}`;
}

export function htmlUrl(world: World, repository: Repository, path = ''): string {
  return `${world.url}/${fullName(repository)}${path}`;
}

/** The `minimal-repository` that runs and comparisons carry. */
export function minimalRepository(world: World, repository: Repository) {
  const urls = Object.entries(TEMPLATES).map(([key, path]) => [key, apiUrl(world, repository, path)]);
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
    owner: userShape(world, repository.owner),
    html_url: htmlUrl(world, repository),
    description: repository.description,
    fork: repository.parent !== null,
    url: apiUrl(world, repository),
    ...(Object.fromEntries(urls) as { [key in keyof typeof TEMPLATES]: string }),
  };
}

export function repositoryShape(world: World, repository: Repository, actor?: Actor) {
  const forks = [...world.repositories.values()].filter((r) => r.parent === repository).length;
  const open = [...repository.issues.values()].filter((i) => i.state === 'open').length;
  const can = (level: 'read' | 'write' | 'admin') =>
    actor !== undefined && may(actor, repository, 'contents', level);
  return {
    ...minimalRepository(world, repository),
    clone_url: `${htmlUrl(world, repository)}.git`,
    git_url: `${htmlUrl(world, repository)}.git`.replace(/^https?:/, 'git:'),
    ssh_url: `git@${new URL(world.url).host}:${fullName(repository)}.git`,
    svn_url: htmlUrl(world, repository),
    mirror_url: null,
    homepage: null,
    language: null,
    forks,
    forks_count: forks,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    size: 0,
    default_branch: repository.defaultBranch,
    open_issues: open,
    open_issues_count: open,
    is_template: false,
    topics: [],
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    archived: repository.archived,
    disabled: false,
    visibility: repository.private ? 'private' : 'public',
    allow_forking: true,
    web_commit_signoff_required: false,
    license: null,
    pushed_at: repository.pushedAt,
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    permissions: {
      admin: can('admin'),
      maintain: can('admin'),
      push: can('write'),
      triage: can('write'),
      pull: true,
    },
  };
}

export function fullRepositoryShape(world: World, repository: Repository, actor?: Actor) {
  const shape = repositoryShape(world, repository, actor);
  const { parent, root } = repository;
  return {
    ...shape,
    network_count: shape.forks,
    subscribers_count: 0,
    ...(parent && {
      parent: repositoryShape(world, parent, actor),
      source: repositoryShape(world, root, actor),
    }),
  };
}
