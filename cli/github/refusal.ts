import { CommandError, messageOf } from '../../core/errors.ts';
import { isRateLimit } from '../../core/github/patience.ts';

interface Refusal {
  status?: number;
  response?: { headers: Record<string, string | number | undefined> };
  request?: { method: string; url: string };
}

/** Turns an error of GitHub, or of the network, into what happened and what to do next. */
export function explain(error: unknown, signedIn: boolean): CommandError {
  const { status, response, request } = error as Refusal;
  const asked = request ? `${request.method} ${request.url}` : 'a request';
  const failure = (what: string, remedy: string) => new CommandError(what, remedy, { cause: error });
  if (response === undefined)
    return failure(
      `GitHub cannot be reached (${asked})`,
      'Check the network. Commands that read only the clone need none.',
    );
  if (isRateLimit(error as Refusal)) {
    const remedy = signedIn
      ? 'Try again later.'
      : 'Sign in with `gh auth login`: that allows 5,000 requests an hour, not 60.';
    return failure(`GitHub's rate limit is reached (${asked})`, remedy);
  }
  if (status === 401)
    return failure(
      'the token is expired or wrong',
      'Sign in again with `gh auth login`, or renew GITHUB_TOKEN.',
    );
  if (status === 403)
    return failure(
      `the account may not do this (${asked}): ${messageOf(error)}`,
      'Check the token: it needs the scope public_repo.',
    );
  if (status === 404)
    return failure(
      `GitHub knows no such thing (${asked})`,
      'Check the number, and that the token may see the repository.',
    );
  if (status !== undefined && status >= 500)
    return failure(`GitHub is in trouble (${status}, ${asked})`, 'Try again in a minute.');
  return failure(
    `GitHub refused (${status}, ${asked}): ${messageOf(error)}`,
    'Fix what it names, then try again.',
  );
}

/** HTTP status of a permanent refusal; null for rate limits and network errors. */
export function refusedWith(error: unknown): number | null {
  if (!(error instanceof CommandError)) return null;
  const cause = (error.cause ?? {}) as Refusal;
  return cause.status === undefined || cause.response === undefined || isRateLimit(cause)
    ? null
    : cause.status;
}
