import { z } from 'zod';
import { need } from '../world/permissions.ts';
import type { World } from '../world/world.ts';
import { type Api, bodyOf, repositoryOf } from './kit.ts';

/** Whether a repository has GitHub Actions, and whose pull requests start workflows without an approval. */

const permissions = z.object({
  enabled: z.boolean(),
  allowed_actions: z.enum(['all', 'local_only', 'selected']).optional(),
});
const approval = z.object({
  approval_policy: z.enum([
    'first_time_contributors_new_to_github',
    'first_time_contributors',
    'all_external_contributors',
  ]),
});

export function actionsSettingsRoutes(api: Api, world: World): void {
  const at = '/repos/:owner/:repo/actions/permissions';

  api.get(at, (c) => {
    const repository = repositoryOf(c, world);
    need(c.get('actor'), repository, 'administration', 'read');
    const { enabled, allowed } = repository.actions;
    return c.json({ enabled, ...(enabled && { allowed_actions: allowed }), sha_pinning_required: false });
  });
  api.put(at, async (c) => {
    const repository = repositoryOf(c, world);
    need(c.get('actor'), repository, 'administration', 'write');
    const { enabled, allowed_actions: allowed } = await bodyOf(c, permissions);
    Object.assign(repository.actions, { enabled, ...(allowed && { allowed }) });
    return c.body(null, 204);
  });
  api.get(`${at}/fork-pr-contributor-approval`, (c) => {
    const repository = repositoryOf(c, world);
    need(c.get('actor'), repository, 'administration', 'read');
    return c.json({ approval_policy: repository.actions.approval });
  });
  api.put(`${at}/fork-pr-contributor-approval`, async (c) => {
    const repository = repositoryOf(c, world);
    need(c.get('actor'), repository, 'administration', 'write');
    repository.actions.approval = (await bodyOf(c, approval)).approval_policy;
    return c.body(null, 204);
  });
}
