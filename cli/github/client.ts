import { Octokit } from '@octokit/rest';
import type { Context } from '../../core/context.ts';
import { CommandError } from '../../core/errors.ts';
import { makePatient, PATIENT } from '../../core/github/patience.ts';
import { type Clone, findClone } from '../../memory/clone/clone.ts';
import { GITHUB, type Site, siteOf } from '../../memory/clone/remote-url.ts';
import { type GitHubRemote, homeOf } from './home.ts';
import { explain, refusedWith } from './refusal.ts';
import { findToken } from './token.ts';

/** GitHub, as the account that is signed in, at the repository this clone belongs to. */
export interface GitHub {
  rest: Octokit['rest'];
  graphql: Octokit['graphql'];
  paginate: Octokit['paginate'];
  /** The repository that pull requests go to: for a fork, the one it came from. */
  home: { owner: string; repo: string };
  /** The repository is archived and takes no changes. */
  archived: boolean;
  /** The clone we stand in. */
  clone: Clone;
  /** Where GitHub's repositories are, for git. */
  site: Site;
  token: string | null;
  /** Who is signed in; null without a token. */
  login: string | null;
}

/** @param needs `write` asks for a token and says how to get one */
export async function connect(context: Context, needs: 'read' | 'write' = 'read'): Promise<GitHub> {
  const site = siteOf(context.env);
  const found = await findToken(context.env, site.host);
  if (found.token === null && needs === 'write')
    throw new CommandError('there is no token to write with', found.remedy);
  const { token } = found;
  const octokit = new Octokit({
    ...(token === null ? {} : { auth: token }),
    baseUrl: context.env.GITHUB_API_URL || GITHUB,
    userAgent: 'descent-agent',
    log: { debug() {}, info() {}, warn() {}, error() {} }, // errors are thrown and reported once
  });
  makePatient(octokit, {
    ...PATIENT,
    sleep: context.sleep,
    now: () => context.now().getTime(),
    longestWaitSeconds: 60,
  });
  octokit.hook.error('request', (error) => {
    throw explain(error, token !== null);
  });
  const clone = await findClone(context.cwd);
  const remote = await homeOf(clone, site.host);
  const login = token === null ? null : (await octokit.rest.users.getAuthenticated()).data.login;
  const { home, archived } = await repositoryOf(octokit, remote, login);
  if (archived && needs === 'write') throw archivedHome(home);
  return {
    rest: octokit.rest,
    graphql: octokit.graphql,
    paginate: octokit.paginate,
    home,
    archived,
    clone,
    site,
    token,
    login,
  };
}

/** For the user's own fork, the repository it came from. A remote named upstream, or marked by `join`, is taken as it is. */
async function repositoryOf(octokit: Octokit, remote: GitHubRemote, login: string | null) {
  const { owner, repo } = remote;
  const { data } = await octokit.rest.repos.get({ owner, repo }).catch((cause) => {
    if (refusedWith(cause) !== 404) throw cause;
    throw new CommandError(
      `GitHub shows no repository ${owner}/${repo}, which is the remote ${remote.name} of this clone`,
      `Check it: git remote get-url ${remote.name}. A private repository needs a token that may read it.`,
      { cause },
    );
  });
  const isMeant = remote.role === 'home' || remote.name === 'upstream';
  const isOwn =
    login === null || owner.toLowerCase() === login.toLowerCase() || data.permissions?.push === true;
  const source = isMeant || !isOwn ? data : (data.parent ?? data);
  return { home: { owner: source.owner.login, repo: source.name }, archived: source.archived ?? false };
}

/** The error for a command that would write to an archived repository. */
export function archivedHome({ owner, repo }: GitHub['home']): CommandError {
  return new CommandError(
    `${owner}/${repo} is archived: GitHub takes no change of it, and nothing is measured there any longer`,
    'Reading still works: status, search, show, history. An administrator can take it out of the archive in its settings.',
  );
}
