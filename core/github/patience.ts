/**
 * When to ask GitHub again, for the bot and the command line. Rate limits are waited out for every request, since GitHub did nothing. After a server error only
 * reading is repeated, and what makes git's objects: a second one that nothing names is no harm. Whether another write happened is seen by reading again, which
 * is what a reconciliation does.
 */

export interface Patience {
  sleep: (milliseconds: number) => Promise<void>;
  now: () => number;
  /** How often one request is tried at most. */
  tries: number;
  /** A rate limit that lasts longer is an error. */
  longestWaitSeconds: number;
}

export const PATIENT: Patience = {
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  now: () => Date.now(),
  tries: 4,
  longestWaitSeconds: 120,
};

interface Refusal {
  status?: number;
  message?: string;
  response?: { headers?: Headers };
}
type Headers = Record<string, string | number | undefined>;
/** What of an Octokit is used: anything that lets a request be wrapped. */
interface Hooked {
  hook: {
    wrap(
      name: 'request',
      // biome-ignore lint/suspicious/noExplicitAny: Octokit's own types of options and answers differ between its packages
      wrapper: (request: (options: any) => any, options: any) => Promise<any>,
    ): void;
  };
}

type GraphqlErrors = { type?: string; message?: string }[];

/** GraphQL reports its limit with status 200 and an error of this type (both spellings occur). */
export function isRateLimited(errors: GraphqlErrors): boolean {
  return errors.some(
    ({ type, message }) =>
      type === 'RATE_LIMITED' || type === 'RATE_LIMIT' || SECONDARY_LIMIT.test(message ?? ''),
  );
}
const SECONDARY_LIMIT = /secondary rate limit/i;

/** Whether a request was refused for its rate, by any sign that GitHub gives. */
export function isRateLimit(error: Refusal): boolean {
  return error.status === 429 || rateLimitWait(error, 0) !== null;
}

/** Seconds to wait before a refused request is sent again; null when it was not refused for its rate. */
function rateLimitWait(error: Refusal, nowSeconds: number): number | null {
  if (error.status !== 403 && error.status !== 429) return null;
  const named = namedWait(error.response?.headers ?? {}, nowSeconds);
  const isLimit = error.status === 429 || SECONDARY_LIMIT.test(error.message ?? '');
  return named ?? (isLimit ? 60 : null);
}

/** Seconds that GitHub's headers ask for; null when they name none. */
function namedWait(headers: Headers, nowSeconds: number): number | null {
  if (headers['retry-after'] !== undefined) return Number(headers['retry-after']) || 1;
  if (headers['x-ratelimit-remaining'] !== '0') return null;
  return Math.max(1, Number(headers['x-ratelimit-reset'] ?? 0) - nowSeconds);
}

function isGraphql(options: { url: string }): boolean {
  return options.url.endsWith('/graphql');
}

const MAKES_AN_OBJECT = /\/git\/(?:blobs|trees|commits)$/;

function isRepeatable(options: { method: string; url: string; query?: unknown }): boolean {
  if (isGraphql(options))
    return String(options.query ?? '')
      .trimStart()
      .startsWith('query');
  return options.method === 'GET' || MAKES_AN_OBJECT.test(options.url);
}

/** Waits and repeats, as said above, for every request of this Octokit. */
export function makePatient(octokit: Hooked, patience: Patience): void {
  octokit.hook.wrap('request', async (request, options) => {
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt >= patience.tries;
      const now = patience.now() / 1000;
      try {
        const response = await request(options);
        const errors = (response.data as { errors?: unknown } | null)?.errors;
        if (last || !isGraphql(options) || !Array.isArray(errors) || !isRateLimited(errors)) return response;
        const wait = namedWait(response.headers, now) ?? 60;
        if (wait > patience.longestWaitSeconds) return response; // octokit.graphql throws its errors
        await patience.sleep(wait * 1000);
      } catch (error) {
        if (last) throw error;
        const refusal = error as Refusal;
        const wait = rateLimitWait(refusal, now);
        if (wait !== null) {
          if (wait > patience.longestWaitSeconds) throw error;
          await patience.sleep(wait * 1000);
        } else if ((refusal.status ?? 500) >= 500 && isRepeatable(options)) {
          await patience.sleep(250 * 4 ** (attempt - 1));
        } else throw error;
      }
    }
  });
}
