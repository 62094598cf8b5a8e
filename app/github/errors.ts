import { isRateLimit, isRateLimited } from '../../core/github/patience.ts';
import { PortError } from './port.ts';

interface Failure {
  status?: number;
  message?: string;
  request?: { url?: string };
  errors?: { type?: string; message: string; extensions?: { code?: string } }[];
}

/** What Octokit throws, as one of our three kinds; errors that are not GitHub's pass through as transient. */
export function asPortError(what: string, error: unknown): PortError {
  if (error instanceof PortError) return error;
  const failure = error as Failure;
  if (Array.isArray(failure.errors) && failure.status === undefined) return graphqlError(what, failure);
  const status = failure.status ?? 0;
  // The App's own token was refused: nothing is said about what was asked for, above all not that it is absent.
  if (failure.request?.url?.endsWith('/access_tokens') && status >= 400 && status < 500)
    return new PortError(
      'refused',
      401,
      `could not ${what}: GitHub gives no token for this installation (${status}). Is the App still installed?`,
    );
  // core/github/patience.ts has waited as long as it may; GitHub says 403 of what is no lack of rights.
  if (status === 403 && isRateLimit(failure))
    return new PortError('refused', 429, `could not ${what}: ${failure.message}`);
  const kind = status >= 400 && status < 500 && status !== 408 && status !== 429 ? 'refused' : 'transient';
  return new PortError(
    kind,
    status,
    `could not ${what}: ${status || ''} ${failure.message ?? String(error)}`,
  );
}

/** GraphQL answers 200 and says in `errors` what went wrong. */
function graphqlError(what: string, failure: Failure): PortError {
  const errors = failure.errors ?? [];
  const message = `could not ${what}: ${errors.map((one) => one.message).join('; ')}`;
  if (errors.some((one) => one.type === 'STALE_DATA' || /expected branch to point to/i.test(one.message)))
    return new PortError('moved', 409, message);
  if (errors.some((one) => one.type === 'NOT_FOUND')) return new PortError('refused', 404, message);
  if (errors.some((one) => one.extensions?.code)) return new PortError('refused', 400, message); // the query itself
  // core/github/patience.ts has waited as long as it may.
  if (isRateLimited(errors)) return new PortError('refused', 429, message);
  if (errors.some((one) => one.type === undefined || one.type === 'INTERNAL'))
    return new PortError('transient', 502, message);
  return new PortError('refused', 422, message);
}

/** Whether GitHub said of each of these parts alone that it will not: the rest of the document was performed. */
export function refusesOnly(parts: readonly string[], error: unknown): boolean {
  const { errors } = error as { errors?: { path?: unknown[] }[] };
  if (!Array.isArray(errors) || !errors.every(({ path }) => parts.includes(String(path?.[0])))) return false;
  const { kind, status } = asPortError('', error);
  return kind === 'refused' && status !== 400 && status !== 429;
}

/** Null instead of an error of this status. */
export async function tolerate<T>(status: number, call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof PortError && error.kind === 'refused' && error.status === status) return null;
    throw error;
  }
}
