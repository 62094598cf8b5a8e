import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { Actor, Repository } from '../world/model.ts';
import { sees } from '../world/permissions.ts';
import { invalid, notFound } from '../world/refused.ts';
import type { World } from '../world/world.ts';

/** What every REST route needs: who asks, the repository, a commit, the body, pages. */

export type Env = { Variables: { actor: Actor } };
export type Api = Hono<Env>;
export type Ask = Context<Env>;

/** The repository that the path names, when the asker may see it. */
export function repositoryOf(c: Ask, world: World): Repository {
  const found = world.repository(c.req.param('owner') ?? '', c.req.param('repo') ?? '');
  const actor: Actor | undefined = c.get('actor'); // pages have none
  if (!sees(actor ?? { kind: 'anonymous' }, found)) throw notFound();
  return found;
}

/** A numeric path parameter. What is not a number names nothing. */
export function idOf(c: Ask, name: string): number {
  const text = c.req.param(name) ?? '';
  if (!/^\d{1,15}$/.test(text)) throw notFound();
  return Number(text);
}

/** The commit that a path names by sha, branch or tag. */
export async function commitNamed(repository: Repository, name: string) {
  const sha = await repository.git.resolve(name);
  const commit = sha && (await repository.git.store.commit(sha));
  if (!commit) throw name.length === 40 ? invalid(`No commit found for SHA: ${name}`) : notFound();
  return commit;
}

/** The request's JSON, checked; unknown keys are ignored, as GitHub does. */
export async function bodyOf<T extends z.ZodType>(c: Ask, schema: T): Promise<z.infer<T>> {
  const text = await c.req.text();
  let value: unknown;
  try {
    value = text === '' ? {} : JSON.parse(text);
  } catch {
    throw Object.assign(invalid('Problems parsing JSON'), { status: 400 });
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0]!;
  const place = issue.path.length > 0 ? `For 'properties/${issue.path.join('/')}', ` : '';
  throw invalid(`Invalid request.\n\n${place}${issue.message}.`);
}

/** A comparison as text, when the media type asks for `diff` or `patch`; null when it asks for JSON. */
export async function asText(c: Ask, { git }: Repository, from: string, to: string): Promise<string | null> {
  const kind = /\b(diff|patch)\b/.exec(c.req.header('accept') ?? '')?.[1];
  if (!kind) return null;
  c.header('content-type', `application/vnd.github.${kind}; charset=utf-8`);
  return kind === 'diff' ? git.diff(from, to) : git.mailbox(from, to);
}

/** One page of a list (`per_page` at most 100, `page` from 1), with GitHub's Link header. */
export function paged<T>(c: Ask, items: T[]): T[] {
  const size = Math.min(Math.max(Number(c.req.query('per_page') ?? 30) || 30, 1), 100);
  const page = Math.max(Number(c.req.query('page') ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const link = (to: number, rel: string) => {
    const url = new URL(c.req.url);
    url.searchParams.set('page', String(to));
    return `<${url}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev'), link(1, 'first')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
  ];
  if (links.length > 0) c.header('link', links.join(', '));
  return items.slice((page - 1) * size, page * size);
}

export const shaText = z.string().regex(/^[0-9a-f]{40}$/, 'must be a full sha');
export const optionalTime = z.iso.datetime({ offset: true }).optional();
