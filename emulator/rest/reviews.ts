import { z } from 'zod';
import { updateBranch } from '../world/issues/merge.ts';
import { notFound } from '../world/refused.ts';
import type { World } from '../world/world.ts';
import { type Api, type Ask, bodyOf, idOf, repositoryOf } from './kit.ts';

/** Reviews (there are none here), and bringing a pull request's branch up to date with its base. */
export function reviewRoutes(api: Api, world: World): void {
  const at = '/repos/:owner/:repo/pulls';
  const pull = (c: Ask) => world.pull(repositoryOf(c, world), idOf(c, 'number'));

  for (const empty of ['reviews', 'comments'])
    api.get(`${at}/:number/${empty}`, (c) => {
      pull(c);
      return c.json([]);
    });
  api.get(`${at}/comments`, (c) => {
    repositoryOf(c, world);
    return c.json([]);
  });
  api.get(`${at}/:number/reviews/:id`, () => {
    throw notFound();
  });
  api.get(`${at}/:number/requested_reviewers`, (c) => {
    pull(c);
    return c.json({ users: [], teams: [] });
  });
  api.put(`${at}/:number/update-branch`, async (c) => {
    const { expected_head_sha: expected } = await bodyOf(
      c,
      z.object({ expected_head_sha: z.string().optional() }),
    );
    const found = pull(c);
    await updateBranch(world, c.get('actor'), found, expected);
    return c.json(
      { message: 'Updating pull request branch.', url: `${world.url}/${c.req.param('owner')}` },
      202,
    );
  });
}
