import type { Octokit } from '@octokit/core';

/**
 * When to ask GitHub again. Rate limits are waited out for every request, since GitHub did nothing. After a server error only
 * reading is repeated: whether a write happened is seen by reading again, which is what a reconciliation does.
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
  response?: { headers?: Record<string, string | number | undefined> };
}

/** Seconds to wait before a refused request is sent again; null when it was not refused for its rate. */
function rateLimitWait(error: Refusal, nowSeconds: number): number | null {
  if (error.status !== 403 && error.status !== 429) return null;
  const headers = error.response?.headers ?? {};
  if (headers['retry-after'] !== undefined) return Number(headers['retry-after']) || 1;
  if (headers['x-ratelimit-remaining'] === '0')
    return Math.max(1, Number(headers['x-ratelimit-reset'] ?? 0) - nowSeconds);
  return /secondary rate limit/i.test(error.message ?? '') ? 60 : null;
}

function isReading(options: { method: string; url: string; query?: unknown }): boolean {
  if (options.url.endsWith('/graphql'))
    return String(options.query ?? '')
      .trimStart()
      .startsWith('query');
  return options.method === 'GET';
}

export function makePatient(octokit: Pick<Octokit, 'hook'>, patience: Patience): void {
  octokit.hook.wrap('request', async (request, options) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await request(options);
      } catch (error) {
        if (attempt >= patience.tries) throw error;
        const refusal = error as Refusal;
        const wait = rateLimitWait(refusal, patience.now() / 1000);
        if (wait !== null) {
          if (wait > patience.longestWaitSeconds) throw error;
          await patience.sleep(wait * 1000);
        } else if ((refusal.status ?? 500) >= 500 && isReading(options)) {
          await patience.sleep(250 * 4 ** (attempt - 1));
        } else throw error;
      }
    }
  });
}
