import { dirname } from 'node:path';
import { type Check, fail, ok, type Seen, warn } from '../finding.ts';
import type { Host } from '../host.ts';

const GiB = 1024 ** 3;
/** Checks for room for the Python environment, the data sets and the weights of one run. */
const WANTED = 20 * GiB;
const LEAST = 5 * GiB;

export const disk: Check = {
  name: 'disk',
  safety: false,
  async look(host, plan) {
    const places = [...new Set([plan.cache, host.env.TMPDIR ?? '/tmp'])];
    const free = await Promise.all(
      places.map(async (path) => ({ path, bytes: await freeAbove(host, path) })),
    );
    const found = free.map(({ path, bytes }) => `${(bytes / GiB).toFixed(0)} GiB free at ${path}`).join(', ');
    const least = Math.min(...free.map(({ bytes }) => bytes));
    const remedy = 'Make room for 20 GiB, or put cache and work folders elsewhere: DESCENT_CACHE, TMPDIR';
    return judge(least, found, remedy);
  },
};

function judge(least: number, found: string, remedy: string): Seen {
  if (least < LEAST) return fail(found, remedy);
  return least < WANTED ? warn(found, remedy) : ok(found);
}

/** Free bytes where the path will be. The path may not exist yet. */
async function freeAbove(host: Host, path: string): Promise<number> {
  const bytes = await host.freeBytes(path);
  if (bytes !== null) return bytes;
  return dirname(path) === path ? 0 : freeAbove(host, dirname(path));
}
