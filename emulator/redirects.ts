import type { MiddlewareHandler } from 'hono';
import type { Env } from './rest/kit.ts';
import { fullName, type World } from './world/world.ts';

/** Repositories under another name than the one that is asked for: by number, and by a name that they had. */

/** `/repositories/ID/...` is `/repos/OWNER/NAME/...`. */
export function pathByNumber(world: World, path: string): string {
  const [, id, rest = ''] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const found = id && [...world.repositories.values()].find((one) => one.id === Number(id));
  return found ? `/repos/${fullName(found)}${rest}` : path;
}

/** A name that a repository had leads to its number: 301 where nothing but reading is asked, else 307. */
export function redirectRenamed(world: World): MiddlewareHandler<Env> {
  return async (c, next) => {
    const full = `${c.req.param('owner')}/${c.req.param('repo')}`;
    const key = decodeURIComponent(full).toLowerCase();
    const found = world.repositories.has(key) ? undefined : world.renamed.get(key);
    if (!found) return next();
    const { pathname, search } = new URL(c.req.url);
    const url = `${world.url}/repositories/${found.id}${pathname.slice(`/repos/${full}`.length)}${search}`;
    const body = { message: 'Moved Permanently', url, documentation_url: 'https://docs.github.com/rest' };
    return c.json(body, ['GET', 'HEAD'].includes(c.req.method) ? 301 : 307, { location: url });
  };
}
