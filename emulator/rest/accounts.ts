import { z } from 'zod';
import { appShape, fullUserShape, installationShape, userShape } from '../shapes/account.ts';
import { repositoryShape } from '../shapes/repository.ts';
import { installationToken } from '../world/accounts.ts';
import type { App, Installation } from '../world/model.ts';
import { roleOf, signedIn } from '../world/permissions.ts';
import { notFound, RefusedError } from '../world/refused.ts';
import type { World } from '../world/world.ts';
import { type Api, type Ask, bodyOf, idOf, paged, repositoryOf } from './kit.ts';
import { rootShape } from './root.ts';

/** Users, Apps, installations and their tokens. */
export function accountRoutes(api: Api, world: World): void {
  api.get('/', (c) => c.json(rootShape(world)));
  api.get('/user', (c) => {
    const actor = signedIn(c.get('actor'));
    if (actor.kind !== 'user') throw new RefusedError(403, 'Resource not accessible by integration');
    return c.json(fullUserShape(world, actor.user));
  });
  api.get('/users/:login', (c) => c.json(fullUserShape(world, world.user(c.req.param('login')))));

  api.get('/app', (c) =>
    c.json({ ...appShape(world, asApp(c)), installations_count: installationsOf(c).length }),
  );
  api.get('/app/installations', (c) =>
    c.json(paged(c, installationsOf(c)).map((i) => installationShape(world, i))),
  );
  api.get('/app/installations/:id', (c) =>
    c.json(
      installationShape(
        world,
        own(c, (i) => i.id === idOf(c, 'id')),
      ),
    ),
  );
  api.get('/repos/:owner/:repo/installation', (c) => {
    const repository = repositoryOf(c, world);
    return c.json(
      installationShape(
        world,
        own(c, (i) => i.repository === repository),
      ),
    );
  });
  api.post('/app/installations/:id/access_tokens', async (c) => {
    const installation = own(c, (i) => i.id === idOf(c, 'id'));
    const wanted = await bodyOf(
      c,
      z.object({ permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])).optional() }),
    );
    const { token, expiresAt, permissions } = installationToken(world, installation, wanted.permissions);
    return c.json({ token, expires_at: expiresAt, permissions, repository_selection: 'selected' }, 201);
  });
  api.get('/installation/repositories', (c) => {
    const actor = signedIn(c.get('actor'));
    if (actor.kind !== 'integration')
      throw new RefusedError(403, 'This endpoint needs an installation token');
    const repositories = [repositoryShape(world, actor.repository, actor)];
    return c.json({ total_count: 1, repositories, repository_selection: 'selected' });
  });
  api.get('/repos/:owner/:repo/collaborators/:login/permission', (c) => {
    signedIn(c.get('actor'));
    const user = world.user(c.req.param('login'));
    const role = roleOf(user, repositoryOf(c, world));
    const can = {
      admin: role === 'admin',
      maintain: role === 'admin',
      push: role !== 'read',
      triage: role !== 'read',
      pull: true,
    };
    return c.json({
      permission: role,
      role_name: role,
      user: { ...userShape(world, user), permissions: can, role_name: role },
    });
  });

  function asApp(c: Ask): App {
    const actor = c.get('actor');
    if (actor.kind !== 'app') throw new RefusedError(401, 'A JSON web token could not be decoded');
    return actor.app;
  }
  function installationsOf(c: Ask): Installation[] {
    const app = asApp(c);
    return [...world.installations.values()].filter((i) => i.app === app);
  }
  function own(c: Ask, which: (installation: Installation) => boolean): Installation {
    const found = installationsOf(c).find(which);
    if (!found) throw notFound();
    return found;
  }
}
