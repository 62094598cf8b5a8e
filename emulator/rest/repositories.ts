import { z } from 'zod';
import { commitShape } from '../shapes/commit.ts';
import { apiUrl, fullRepositoryShape, repositoryShape } from '../shapes/repository.ts';
import type { Repository } from '../world/model.ts';
import { sees } from '../world/permissions.ts';
import { invalid, notFound } from '../world/refused.ts';
import { deleteRepository, forkTo, initRepository } from '../world/repositories.ts';
import { changeRepository } from '../world/repository-changes.ts';
import type { World } from '../world/world.ts';
import { type Api, bodyOf, paged, repositoryOf } from './kit.ts';

/** Repositories, forks and branches. */

const repositoryChanges = z.object({
  name: z.string().optional(),
  description: z.string().nullable().optional(),
  private: z.boolean().optional(),
  visibility: z.enum(['public', 'private']).optional(),
  archived: z.boolean().optional(),
});
const newRepository = z.object({
  name: z.string(),
  description: z.string().nullable().default(null),
  private: z.boolean().default(false),
  auto_init: z.boolean().default(false),
});

export function repositoryRoutes(api: Api, world: World): void {
  api.get('/repos/:owner/:repo', (c) =>
    c.json(fullRepositoryShape(world, repositoryOf(c, world), c.get('actor'))),
  );
  api.patch('/repos/:owner/:repo', async (c) => {
    const { visibility, ...changes } = await bodyOf(c, repositoryChanges);
    const repository = repositoryOf(c, world);
    const hidden = visibility === undefined ? changes.private : visibility === 'private';
    await changeRepository(world, c.get('actor'), repository, { ...changes, private: hidden });
    return c.json(fullRepositoryShape(world, repository, c.get('actor')));
  });
  api.delete('/repos/:owner/:repo', async (c) => {
    await deleteRepository(world, c.get('actor'), repositoryOf(c, world));
    return c.body(null, 204);
  });
  api.post('/user/repos', async (c) => {
    const { auto_init: filled, ...wanted } = await bodyOf(c, newRepository);
    if (!filled) throw invalid('The emulator makes no empty repositories: auto_init must be true.');
    const made = await initRepository(world, c.get('actor'), wanted);
    return c.json(fullRepositoryShape(world, made, c.get('actor')), 201);
  });
  api.get('/users/:login/repos', (c) => {
    const owner = world.user(c.req.param('login'));
    const all = [...world.repositories.values()].filter((r) => r.owner === owner);
    const mine = all.filter((r) => sees(c.get('actor'), r));
    return c.json(paged(c, mine).map((r) => repositoryShape(world, r, c.get('actor'))));
  });
  api.get('/repos/:owner/:repo/forks', (c) => {
    const base = repositoryOf(c, world);
    const forks = [...world.repositories.values()].filter((r) => r.parent === base);
    return c.json(paged(c, forks).map((r) => repositoryShape(world, r, c.get('actor'))));
  });
  api.post('/repos/:owner/:repo/forks', async (c) => {
    const { name } = await bodyOf(
      c,
      z
        .object({ name: z.string().optional() })
        .nullish()
        .transform((b) => b ?? {}),
    );
    const fork = await forkTo(world, c.get('actor'), repositoryOf(c, world), name);
    return c.json(fullRepositoryShape(world, fork, c.get('actor')), 202);
  });

  api.get('/repos/:owner/:repo/branches', async (c) => {
    const repository = repositoryOf(c, world);
    const names = [...(await repository.git.refs())].filter(([name]) => name.startsWith('refs/heads/'));
    return c.json(
      paged(c, names).map(([name, sha]) => ({
        name: name.slice(11),
        commit: { sha, url: apiUrl(world, repository, `/commits/${sha}`) },
        protected: false,
      })),
    );
  });
  api.get('/repos/:owner/:repo/branches/:branch{.+}', async (c) => {
    const repository = repositoryOf(c, world);
    return c.json(await branchShape(world, repository, c.req.param('branch')));
  });
}

async function branchShape(world: World, repository: Repository, name: string) {
  const sha = (await repository.git.refs()).get(`refs/heads/${name}`);
  const commit = sha && (await repository.git.store.commit(sha));
  if (!commit) throw notFound();
  const self = apiUrl(world, repository, `/branches/${name}`);
  return {
    name,
    commit: commitShape(world, repository, commit),
    _links: { self, html: `${world.url}/${repository.owner.login}/${repository.name}/tree/${name}` },
    protected: false,
    protection: {
      enabled: false,
      required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] },
    },
    protection_url: `${self}/protection`,
  };
}
