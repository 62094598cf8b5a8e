import { Hono, type MiddlewareHandler } from 'hono';
import { serveGit } from '../git/smart-http.ts';
import { identify } from '../identify.ts';
import type { Env } from '../rest/kit.ts';
import type { Actor, Repository } from '../world/model.ts';
import { accountOf, need, sees, signedIn } from '../world/permissions.ts';
import { receivePush } from '../world/refs.ts';
import { notFound, RefusedError } from '../world/refused.ts';
import { fullName, type World } from '../world/world.ts';

/**
 * `git` over HTTP at `/OWNER/NAME`, with or without `.git`, in upper or lower case. Anyone may clone; accounts with write access push
 * with a token as the password. Git LFS and the old protocol of plain files are refused with a reason.
 */
export function gitDoor(world: World): Hono<Env> {
  const door = new Hono<Env>();
  const git: MiddlewareHandler<Env> = async (c, next) => {
    const [owner = '', name = '', ...rest] = new URL(c.req.url).pathname.slice(1).split('/');
    if (owner === 'repos') return next(); // the API's, of a repository that is called `info`
    const repository = world.repository(
      decodeURIComponent(owner),
      decodeURIComponent(name).replace(/\.git$/, ''),
    );
    const path = rest.join('/');
    const service = path === 'info/refs' ? c.req.query('service') : path;
    if (path.startsWith('info/lfs'))
      return c.json({ message: 'The emulator does not play Git LFS.' }, 501, {
        'content-type': 'application/vnd.git-lfs+json',
      });
    if (service === undefined || service === 'HEAD')
      return c.text('Please upgrade your git client: the protocol of plain files is not served.\n', 403);
    if (service !== 'git-upload-pack' && service !== 'git-receive-pack')
      return c.text(`Unsupported service: ${service.slice(0, 100)}\n`, 403);
    const request = (remoteUser: string | null) => ({
      method: c.req.method,
      path: `/${path}`,
      query: new URL(c.req.url).search.slice(1),
      headers: c.req.raw.headers,
      body: c.req.raw.body,
      remoteUser,
    });
    const url = new URL(c.req.url);
    const current = `${owner}/${decodeURIComponent(name).replace(/\.git$/, '')}`.toLowerCase();
    if (fullName(repository).toLowerCase() !== current) {
      const suffix = /\.git$/.test(name) ? '.git' : '';
      return c.redirect(`${world.url}/${fullName(repository)}${suffix}/${path}${url.search}`, 301);
    }
    try {
      if (service === 'git-upload-pack') {
        if (repository.private) needSight(identify(world, c.req.header('authorization')), repository);
        return serveGit(world.git, repository.git.folder, request(null), false);
      }
      const writer = need(identify(world, c.req.header('authorization')), repository, 'contents', 'write');
      const pusher = accountOf(writer);
      const push = () => serveGit(world.git, repository.git.folder, request(pusher.login), true);
      return path === service ? await receivePush(world, repository, pusher, push) : await push();
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      const asks = { 'www-authenticate': 'Basic realm="GitHub"' };
      if (error.status === 401) return c.text('Authentication failed', 401, asks);
      if (error.status === 404) return c.text('Repository not found.', 404);
      if (repository.archived) return c.text('This repository was archived so it is read-only.', 403);
      return c.text(`Permission to ${owner}/${name} denied.`, 403);
    }
  };
  door.all('/:owner/:repo/:service{(?:info/refs|git-upload-pack|git-receive-pack)}', git);
  door.all('/:owner/:repo/info/lfs/*', git);
  door.all('/:owner/:repo{[^/]+\\.git}/*', git);
  return door;
}

function needSight(actor: Actor, repository: Repository): void {
  signedIn(actor);
  if (!sees(actor, repository)) throw notFound();
}
