import { Octokit } from '@octokit/rest';
import type { Context } from '../../core/context.ts';
import { makePatient, PATIENT } from '../../core/github/patience.ts';
import { explain } from './explain.ts';

export type { Octokit };

/** GitHub as the owner. The token is kept in memory alone. Every refusal is a CommandError that says what to do. */
export function connectOwner(
  { sleep, now }: Pick<Context, 'sleep' | 'now'>,
  api: string,
  token: string,
): Octokit {
  const octokit = new Octokit({
    auth: token,
    baseUrl: api,
    userAgent: 'descent-lend',
    request: { timeout: 30_000 },
    log: { debug() {}, info() {}, warn() {}, error() {} }, // errors are thrown and reported once
  });
  octokit.hook.before('request', (options) => {
    options.headers['x-github-api-version'] = '2022-11-28';
  });
  makePatient(octokit, { ...PATIENT, sleep, now: () => now().getTime(), longestWaitSeconds: 60 });
  octokit.hook.error('request', (error) => {
    throw explain(error);
  });
  return octokit;
}
