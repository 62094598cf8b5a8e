import { userShape } from '../shapes/account.ts';
import { nodeId } from '../shapes/node-id.ts';
import { apiUrl, repositoryShape } from '../shapes/repository.ts';
import { roleOf, signedIn } from '../world/permissions.ts';
import { notFound, RefusedError } from '../world/refused.ts';
import type { World } from '../world/world.ts';
import { type Api, paged, repositoryOf } from './kit.ts';

/** What clients ask about a repository beside its work: tags, people, and lists that are empty here. */
export function aboutRoutes(api: Api, world: World): void {
  const at = '/repos/:owner/:repo';

  api.get('/meta', (c) => c.json({ verifiable_password_authentication: false }));
  api.get('/user/repos', (c) => {
    const actor = signedIn(c.get('actor'));
    const mine = [...world.repositories.values()].filter(
      (r) => actor.kind === 'user' && r.owner === actor.user,
    );
    return c.json(paged(c, mine).map((one) => repositoryShape(world, one, actor)));
  });
  api.get(`${at}/tags`, async (c) => {
    const repository = repositoryOf(c, world);
    const tags = [...(await repository.git.refs())].filter(([name]) => name.startsWith('refs/tags/'));
    return c.json(
      paged(c, tags).map(([ref, sha]) => ({
        name: ref.slice(10),
        node_id: nodeId('REF', repository.id, ref),
        commit: { sha, url: apiUrl(world, repository, `/commits/${sha}`) },
        zipball_url: apiUrl(world, repository, `/zipball/${ref}`),
        tarball_url: apiUrl(world, repository, `/tarball/${ref}`),
      })),
    );
  });
  for (const empty of ['releases', 'milestones', 'stargazers', 'subscribers', 'deployments'])
    api.get(`${at}/${empty}`, (c) => {
      repositoryOf(c, world);
      return c.json([]);
    });
  api.get(`${at}/releases/latest`, () => {
    throw notFound();
  });
  api.get(`${at}/topics`, (c) => {
    repositoryOf(c, world);
    return c.json({ names: [] });
  });
  api.get(`${at}/languages`, (c) => {
    repositoryOf(c, world);
    return c.json({});
  });
  api.get(`${at}/branches/:branch{.+}/protection`, () => {
    throw new RefusedError(404, 'Branch not protected');
  });
  api.get(`${at}/contributors`, (c) => {
    const merged = [...repositoryOf(c, world).issues.values()].filter((issue) => issue.pull?.mergedAt);
    const people = [...Map.groupBy(merged, (issue) => issue.user)];
    return c.json(
      paged(c, people).map(([user, some]) => ({ ...userShape(world, user), contributions: some.length })),
    );
  });
  api.get(`${at}/collaborators`, (c) => {
    const repository = repositoryOf(c, world);
    const actor = signedIn(c.get('actor'));
    if (actor.kind === 'user' && roleOf(actor.user, repository) === 'read')
      throw new RefusedError(403, 'Must have push access to view repository collaborators.');
    const people = [
      repository.owner,
      ...[...repository.collaborators.keys()].map((login) => world.user(login)),
    ];
    return c.json(
      paged(c, people).map((user) => ({ ...userShape(world, user), role_name: roleOf(user, repository) })),
    );
  });
  api.get(`${at}/collaborators/:login`, (c) => {
    const repository = repositoryOf(c, world);
    signedIn(c.get('actor'));
    return c.body(null, roleOf(world.user(c.req.param('login')), repository) === 'read' ? 404 : 204);
  });
}
