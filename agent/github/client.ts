import { Octokit } from '@octokit/rest';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { homeOf, type Remote } from './home.ts';
import { addPatience } from './patience.ts';
import { explain } from './refusal.ts';
import { findToken } from './token.ts';

/** GitHub, as the account that is signed in, at the repository this clone belongs to. */
export interface GitHub {
  rest: Octokit['rest'];
  graphql: Octokit['graphql'];
  paginate: Octokit['paginate'];
  /** The repository that requests go to: of a fork, the one it came from. */
  home: { owner: string; repo: string };
  /** The remote that was asked. */
  remote: Remote;
  token: string | null;
  /** Who is signed in; null without a token. */
  login: string | null;
}

/** @param needs `write` asks for a token and says how to get one */
export async function connect(context: Context, needs: 'read' | 'write' = 'read'): Promise<GitHub> {
  const token = await findToken(context.env);
  if (token === null && needs === 'write') {
    throw new Failure(
      'there is no token to write with',
      'Sign in with `gh auth login`, or set GITHUB_TOKEN.',
    );
  }
  const octokit = new Octokit({
    ...(token === null ? {} : { auth: token }),
    baseUrl: context.env.GITHUB_API_URL ?? 'https://api.github.com',
    userAgent: 'descent-agent',
    log: { debug() {}, info() {}, warn() {}, error() {} }, // what goes wrong is thrown, and said once
  });
  addPatience(octokit, context.now, context.sleep);
  octokit.hook.error('request', (error) => {
    throw explain(error, token !== null);
  });
  const remote = await homeOf(context.cwd);
  const { data } = await octokit.rest.repos.get({ owner: remote.owner, repo: remote.repo });
  const source = data.parent ?? data;
  const login = token === null ? null : (await octokit.rest.users.getAuthenticated()).data.login;
  return {
    rest: octokit.rest,
    graphql: octokit.graphql,
    paginate: octokit.paginate,
    home: { owner: source.owner.login, repo: source.name },
    remote,
    token,
    login,
  };
}
