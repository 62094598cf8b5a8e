import { z } from 'zod';
import { appShape, installationShape } from '../shapes/account.ts';
import { repositoryShape } from '../shapes/repository.ts';
import {
  addRepositories,
  installationToken,
  removeRepositories,
  suspend,
  uninstall,
} from '../world/installations.ts';
import type { App, Installation, Repository } from '../world/model.ts';
import { signedIn } from '../world/permissions.ts';
import { notFound, RefusedError } from '../world/refused.ts';
import { fullName, type World } from '../world/world.ts';
import { type Api, type Ask, bodyOf, idOf, paged, repositoryOf } from './kit.ts';

/** Apps, their installations and the tokens of these. */

const tokenWanted = z.object({
  permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])).optional(),
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.int()).optional(),
});

export function installationRoutes(api: Api, world: World): void {
  api.get('/app', (c) =>
    c.json({ ...appShape(world, asApp(c)), installations_count: installationsOf(c).length }),
  );
  api.get('/app/installations', (c) =>
    c.json(paged(c, installationsOf(c)).map((one) => installationShape(world, one))),
  );
  api.get('/app/installations/:id', (c) => c.json(installationShape(world, named(c))));
  api.delete('/app/installations/:id', async (c) => {
    await uninstall(world, named(c));
    return c.body(null, 204);
  });
  api.put('/app/installations/:id/suspended', async (c) => {
    await suspend(world, named(c), asApp(c).owner);
    return c.body(null, 204);
  });
  api.delete('/app/installations/:id/suspended', async (c) => {
    await suspend(world, named(c), null);
    return c.body(null, 204);
  });
  api.get('/repos/:owner/:repo/installation', (c) => {
    const repository = repositoryOf(c, world);
    const found = installationsOf(c).find((one) => one.repositories.has(repository));
    if (!found) throw notFound();
    return c.json(installationShape(world, found));
  });
  api.get('/users/:login/installation', (c) => {
    const account = world.user(c.req.param('login'));
    const found = installationsOf(c).find((one) => one.account === account);
    if (!found) throw notFound();
    return c.json(installationShape(world, found));
  });
  api.post('/app/installations/:id/access_tokens', async (c) => {
    const installation = named(c);
    const { permissions: fewer, repositories: names, repository_ids: ids } = await bodyOf(c, tokenWanted);
    const some = names || ids ? [...chosen(installation, names ?? [], ids ?? [])] : undefined;
    const made = installationToken(world, installation, { permissions: fewer, repositories: some });
    const shown = some && { repositories: some.map((one) => repositoryShape(world, one)) };
    const { token, expiresAt, permissions } = made;
    const answer = { token, expires_at: expiresAt, permissions, repository_selection: 'selected' };
    return c.json({ ...answer, ...shown }, 201);
  });
  api.get('/installation/repositories', (c) => {
    const actor = signedIn(c.get('actor'));
    if (actor.kind !== 'integration')
      throw new RefusedError(403, 'This endpoint needs an installation token');
    const { installation } = actor;
    const all = [...actor.repositories].filter((one) => !installation || installation.repositories.has(one));
    const repositories = paged(c, all).map((one) => repositoryShape(world, one, actor));
    return c.json({ total_count: all.length, repositories, repository_selection: 'selected' });
  });
  api.put('/user/installations/:id/repositories/:repository', async (c) => {
    const { installation, repository } = mine(c);
    await addRepositories(world, installation, [repository]);
    return c.body(null, 204);
  });
  api.delete('/user/installations/:id/repositories/:repository', async (c) => {
    const { installation, repository } = mine(c);
    await removeRepositories(world, installation, [repository]);
    return c.body(null, 204);
  });

  function asApp(c: Ask): App {
    const actor = c.get('actor');
    if (actor.kind !== 'app') throw new RefusedError(401, 'A JSON web token could not be decoded');
    return actor.app;
  }
  function installationsOf(c: Ask): Installation[] {
    const app = asApp(c);
    return [...world.installations.values()].filter((one) => one.app === app);
  }
  function named(c: Ask): Installation {
    const found = installationsOf(c).find((one) => one.id === idOf(c, 'id'));
    if (!found) throw notFound();
    return found;
  }
  /** The installation and repository of a user's own account. */
  function mine(c: Ask): { installation: Installation; repository: Repository } {
    const actor = signedIn(c.get('actor'));
    const installation = world.installations.get(idOf(c, 'id'));
    const repository = [...world.repositories.values()].find((one) => one.id === idOf(c, 'repository'));
    if (actor.kind !== 'user' || installation?.account !== actor.user || !repository) throw notFound();
    return { installation, repository };
  }
  /** What the token shall reach, by name and by id. */
  function chosen({ account }: Installation, names: string[], ids: number[]): Set<Repository> {
    const all = [...world.repositories.values()];
    const byName = names.map((name) => all.find((one) => fullName(one) === `${account.login}/${name}`));
    const found = [...byName, ...ids.map((id) => all.find((one) => one.id === id))];
    if (found.includes(undefined))
      throw new RefusedError(
        422,
        'There is at least one repository that does not exist or is not accessible to the parent installation.',
      );
    return new Set(found as Repository[]);
  }
}
