import { htmlUrl } from '../shapes/repository.ts';
import type { Repository } from '../world/model.ts';
import { may } from '../world/permissions.ts';
import { fullName } from '../world/world.ts';
import { connection } from './connection.ts';
import type { Args, View } from './view.ts';

/** What a repository is set to, which is the same for all of them here. */
export function repositorySettings(view: View, repository: Repository): { [field: string]: unknown } {
  const { world, actor } = view;
  const forks = [...world.repositories.values()].filter((one) => one.parent === repository).length;
  const none = (name: string) => (args: Args) => connection(name, [], args, (one) => one);
  const people = [
    repository.owner,
    ...[...repository.collaborators.keys()].map((login) => world.user(login)),
  ];
  const users = people.filter((user) => user.type === 'User');
  return {
    hasIssuesEnabled: true,
    hasProjectsEnabled: false,
    hasWikiEnabled: false,
    hasDiscussionsEnabled: false,
    isBlankIssuesEnabled: true,
    isDisabled: false,
    isEmpty: false,
    isInOrganization: false,
    isLocked: false,
    isMirror: false,
    isTemplate: false,
    isSecurityPolicyEnabled: false,
    forkingAllowed: true,
    mergeCommitAllowed: true,
    rebaseMergeAllowed: false,
    squashMergeAllowed: false,
    deleteBranchOnMerge: false,
    viewerDefaultMergeMethod: 'MERGE',
    viewerCanAdminister: () => may(actor, repository, 'administration', 'admin'),
    viewerHasStarred: false,
    viewerSubscription: 'UNSUBSCRIBED',
    visibility: repository.private ? 'PRIVATE' : 'PUBLIC',
    homepageUrl: null,
    mirrorUrl: null,
    licenseInfo: null,
    codeOfConduct: null,
    primaryLanguage: null,
    latestRelease: null,
    templateRepository: null,
    diskUsage: 0,
    stargazerCount: 0,
    forkCount: forks,
    archivedAt: repository.archived ? repository.pushedAt : null,
    sshUrl: `git@${new URL(world.url).host}:${fullName(repository)}.git`,
    resourcePath: new URL(htmlUrl(world, repository)).pathname,
    issueTemplates: [],
    pullRequestTemplates: [],
    releases: none('releases'),
    milestones: none('milestones'),
    projects: none('projects'),
    languages: none('languages'),
    repositoryTopics: none('repositoryTopics'),
    watchers: none('watchers'),
    stargazers: none('stargazers'),
    assignableUsers: (args: Args) => connection('assignableUsers', users, args, view.account),
    mentionableUsers: (args: Args) => connection('mentionableUsers', users, args, view.account),
  };
}
