import { Hono } from 'hono';
import { isGitPath, serveGit } from '../git/smart-http.ts';
import { identify } from '../identify.ts';
import type { Env } from '../rest/kit.ts';
import { accountOf, need } from '../world/permissions.ts';
import { receivePush } from '../world/refs.ts';
import { Refused } from '../world/refused.ts';
import type { World } from '../world/world.ts';

/** `git` over HTTP at `/OWNER/NAME.git`: anyone clones, whoever may write pushes with a token as the password. */
export function gitDoor(world: World): Hono<Env> {
  const door = new Hono<Env>();
  door.all('/:owner/:repo{[^/]+\\.git}/*', async (c) => {
    const url = new URL(c.req.url);
    const repository = world.repository(c.req.param('owner'), c.req.param('repo').replace(/\.git$/, ''));
    const path = url.pathname.split('/').slice(3).join('/');
    if (!isGitPath(`/${path}`)) return c.text('Not Found', 404);
    const pushing = path === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack';
    const request = (remoteUser: string | null) => ({
      method: c.req.method,
      path: `/${path}`,
      query: url.search.slice(1),
      headers: c.req.raw.headers,
      body: c.req.raw.body,
      remoteUser,
    });
    if (!pushing) return serveGit(world.git, repository.git.folder, request(null), false);
    try {
      const writer = need(identify(world, c.req.header('authorization')), repository, 'contents', 'write');
      const pusher = accountOf(writer);
      const push = () => serveGit(world.git, repository.git.folder, request(pusher.login), true);
      return path === 'git-receive-pack' ? await receivePush(world, repository, pusher, push) : await push();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const asks = { 'www-authenticate': 'Basic realm="GitHub"' };
      if (error.status === 401) return c.text('Authentication failed', 401, asks);
      return c.text(`Permission to ${c.req.param('owner')}/${c.req.param('repo')} denied.`, 403);
    }
  });
  return door;
}
