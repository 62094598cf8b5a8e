import { fullUserShape, userShape } from '../shapes/account.ts';
import { roleOf, signedIn } from '../world/permissions.ts';
import { RefusedError } from '../world/refused.ts';
import type { World } from '../world/world.ts';
import { type Api, repositoryOf } from './kit.ts';
import { rootShape } from './root.ts';

/** Users and what they may do. */
export function accountRoutes(api: Api, world: World): void {
  api.get('/', (c) => c.json(rootShape(world)));
  api.get('/user', (c) => {
    const actor = signedIn(c.get('actor'));
    if (actor.kind !== 'user') throw new RefusedError(403, 'Resource not accessible by integration');
    return c.json(fullUserShape(world, actor.user));
  });
  api.get('/users/:login', (c) => c.json(fullUserShape(world, world.user(c.req.param('login')))));

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
}
