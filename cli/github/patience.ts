import type { Octokit } from '@octokit/rest';

/** Waits out what passes: secondary and primary limits within a minute, server errors and lost connections of reads. */

const TRIES = 4;
const LONGEST_WAIT_MS = 60_000;

interface Refusal {
  status?: number;
  response?: { headers: Headers };
}
type Headers = Record<string, string | number | undefined>;

export function addPatience(octokit: Octokit, now: () => Date, sleep: (ms: number) => Promise<void>): void {
  octokit.hook.wrap('request', async (request, options) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await request(options);
        const limit = limitOfGraphql(response);
        const wait = limit && waitFor(limit, options.method, attempt, now());
        if (wait === null || attempt === TRIES) return response; // octokit.graphql throws its errors
        await sleep(wait);
      } catch (error) {
        const wait = waitFor(error as Refusal, options.method, attempt, now());
        if (wait === null || attempt === TRIES) throw error;
        await sleep(wait);
      }
    }
  });
}

/** GraphQL tells of its limit with status 200 and an error of one of two types: as the refusal that REST would have sent. */
function limitOfGraphql({ data, headers }: { data: unknown; headers: Headers }): Refusal | null {
  const errors = (data as { errors?: unknown } | null)?.errors;
  if (!Array.isArray(errors) || !errors.some((one) => /^RATE_LIMIT(ED)?$/.test(one?.type))) return null;
  return { status: 429, response: { headers } };
}

/** Milliseconds to wait before asking again, or null when asking again is pointless or could do something twice. */
function waitFor(error: Refusal, method: string, attempt: number, now: Date): number | null {
  const headers = error.response?.headers ?? {};
  const limited = error.status === 429 || (error.status === 403 && isLimit(headers));
  if (limited) {
    const after = Number(headers['retry-after'] ?? Number.NaN) * 1000;
    const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000 - now.getTime();
    const wait = [after, reset].find((value) => Number.isFinite(value)) ?? 1000 * 2 ** attempt;
    return wait <= LONGEST_WAIT_MS ? Math.max(wait, 0) : null;
  }
  return method === 'GET' && (error.status ?? 500) >= 500 ? 500 * 2 ** attempt : null;
}

function isLimit(headers: Headers): boolean {
  return headers['retry-after'] !== undefined || String(headers['x-ratelimit-remaining']) === '0';
}
