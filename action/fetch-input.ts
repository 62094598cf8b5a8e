import { rm } from 'node:fs/promises';
import type { Job } from '../core/formats/job.ts';
import type { Input } from '../runner/borrowed.ts';
import { save } from '../runner/save.ts';

/**
 * A borrower's own file, fetched outside the sandbox, which has no network. Only GitHub's hosts are asked, however they redirect: a
 * stranger's server would learn who lends, and addresses of the owner's own network would be within reach.
 */

const ORIGINS = ['https://github.com', 'https://raw.githubusercontent.com'];
/** Where GitHub keeps what is attached to releases. */
const REDIRECTS = [
  ...ORIGINS,
  'https://objects.githubusercontent.com',
  'https://release-assets.githubusercontent.com',
];
const HOPS = 4;

/** What is wrong with it is the borrower's fault, and a value; this machine's own troubles are thrown. */
export async function fetchInput(
  { url, sha256 }: NonNullable<NonNullable<Job['borrow']>['input']>,
  path: string,
  most: number,
  signal: AbortSignal,
  origins = REDIRECTS,
): Promise<Input> {
  let response: Response | null = null;
  for (let at = url, hops = 0; ; hops += 1) {
    const next = URL.parse(at);
    if (!next || !origins.includes(next.origin) || hops > HOPS) return { wrong: 'elsewhere' };
    response = await fetch(next, { redirect: 'manual', signal });
    const to = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || to === null) break;
    await response.body?.cancel();
    at = URL.parse(to, next)?.href ?? '';
  }
  if (response.status >= 500 || response.status === 429)
    throw new Error(`The borrower's file cannot be fetched now: GitHub answered ${response.status}.`);
  if (!response.ok || !response.body) return { wrong: 'missing' };
  const { sha256: came, bytes } = await save(response.body, path, signal, most);
  const wrong = bytes > most ? 'size' : came === sha256 ? null : 'digest';
  if (wrong === null) return { path };
  await rm(path);
  return { wrong };
}
