import { CommandError, messageOf } from '../../core/errors.ts';
import { isRateLimit } from '../../core/github/patience.ts';

/** What GitHub refused its owner, as a sentence with what to do. */

interface Refusal {
  status?: number;
  message?: string;
  response?: { headers: Record<string, string | number | undefined> };
  request?: { method: string; url: string };
}

export const GRANT = 'gh auth refresh -h github.com -s repo,workflow';

/** A refusal with GitHub's status; null where GitHub did not answer. */
export class GitHubError extends CommandError {
  readonly answered: number | null;

  constructor(what: string, remedy: string, answered: number | null, cause: unknown) {
    super(what, remedy, { cause });
    this.answered = answered;
  }
}

/** Whether GitHub answered with this status; a rate limit is none. */
export function answeredWith(error: unknown, status: number): boolean {
  return error instanceof GitHubError && error.answered === status;
}

/** Whether it may be that GitHub did what was asked, since its answer got lost. */
export function isLost(error: unknown): boolean {
  return error instanceof GitHubError && (error.answered === null || error.answered >= 500);
}

/** What may be done twice is done once more, when GitHub's answer got lost. */
export async function again<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isLost(error)) throw error;
    return await ask();
  }
}

export function explain(error: unknown): GitHubError {
  const { status = 0, response, request } = error as Refusal;
  const path = request ? new URL(request.url).pathname : '';
  const asked = request ? `${request.method} ${path}` : 'a request';
  const said = (messageOf(error).split(' - https://docs')[0] ?? '').trim();
  const failure = (what: string, remedy: string, answered: number | null = status) =>
    new GitHubError(what, remedy, answered, error);
  if (response === undefined)
    return failure(
      `GitHub cannot be reached (${asked}): ${said}`,
      'Check the network and a proxy. Nothing is lost: the client goes on when GitHub answers.',
      null,
    );
  if (isRateLimit(error as Refusal))
    return failure(
      `GitHub's rate limit is reached (${asked})`,
      'Wait an hour, or use a token of its own.',
      0,
    );
  if (status === 401)
    return failure(
      'the token is expired or wrong',
      'Sign in again with `gh auth login`, or renew GH_TOKEN. It needs the rights repo and workflow.',
    );
  const workflow = /without `?workflow`? scope|workflows? permission/i.test(said);
  if (workflow)
    return failure(
      `the token may not write a workflow, which needs the right \`workflow\` (${asked})`,
      `Grant it: ${GRANT} (a fine-grained token: Workflows, read and write).`,
    );
  if (status === 403 && /runners|permissions/.test(path))
    return failure(
      `the token may not administer the repository (${asked}): ${said}`,
      `Grant it: ${GRANT} (a fine-grained token: Administration, read and write).`,
    );
  if (status === 403 && /archived/i.test(said))
    return failure(
      `the repository is archived and takes no changes (${asked})`,
      'Take it out of the archive in its settings.',
    );
  if (status === 403)
    return failure(
      `the token may not do this (${asked}): ${said}`,
      `Grant it: ${GRANT} (a fine-grained token: Actions, Administration, Contents and Workflows, read and write).`,
    );
  if (status === 404)
    return failure(
      `GitHub shows no such thing to this account (${asked})`,
      'Check that the repository exists, is public and belongs to the account that is signed in (`gh auth status`).',
    );
  if (status >= 500) return failure(`GitHub is in trouble (${status}, ${asked})`, 'Try again in a minute.');
  return failure(`GitHub refused (${status}, ${asked}): ${said}`, 'Fix what it names, then try again.');
}
