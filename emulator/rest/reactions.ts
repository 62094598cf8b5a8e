import { z } from 'zod';
import { userShape } from '../shapes/account.ts';
import { issueShape, reactionShape } from '../shapes/issue.ts';
import { assign, assignees } from '../world/issues/assignees.ts';
import { REACTIONS, react, unreact } from '../world/issues/reactions.ts';
import type { Comment, Issue } from '../world/model.ts';
import { accountOf, may, signedIn } from '../world/permissions.ts';
import { notFound } from '../world/refused.ts';
import type { World } from '../world/world.ts';
import { type Api, type Ask, bodyOf, idOf, paged, repositoryOf } from './kit.ts';

/** Reactions to issues and comments, and assignees. */
export function reactionRoutes(api: Api, world: World): void {
  const at = '/repos/:owner/:repo';
  const issue = (c: Ask): Issue => world.issue(repositoryOf(c, world), idOf(c, 'number'));
  const comment = (c: Ask): Comment => {
    const found = world.comments.get(idOf(c, 'number'));
    if (found?.issue.repository !== repositoryOf(c, world)) throw notFound();
    return found;
  };
  for (const [path, to] of [
    [`${at}/issues/:number/reactions`, issue],
    [`${at}/issues/comments/:number/reactions`, comment],
  ] as const) {
    api.get(path, (c) => {
      const { content } = c.req.query();
      const found = to(c).reactions.filter((one) => !content || one.content === content);
      return c.json(paged(c, found).map((one) => reactionShape(world, one)));
    });
    api.post(path, async (c) => {
      const { content } = await bodyOf(c, z.object({ content: z.enum(REACTIONS) }));
      const { reaction, made } = react(world, c.get('actor'), to(c), content);
      return c.json(reactionShape(world, reaction), made ? 201 : 200);
    });
    api.delete(`${path}/:id`, (c) => {
      unreact(c.get('actor'), to(c), idOf(c, 'id'));
      return c.body(null, 204);
    });
  }

  api.get(`${at}/assignees`, (c) => {
    const { owner, collaborators } = repositoryOf(c, world);
    const users = [owner, ...[...collaborators.keys()].map((login) => world.user(login))];
    return c.json(paged(c, users).map((user) => userShape(world, user)));
  });
  const reassign = async (c: Ask, change: (before: string[], named: string[]) => string[]) => {
    const found = issue(c);
    const sender = accountOf(signedIn(c.get('actor')));
    const { assignees: named } = await bodyOf(c, z.object({ assignees: z.array(z.string()).default([]) }));
    const before = found.assignees.map((user) => user.login.toLowerCase());
    const after = change(
      before,
      named.map((login) => login.toLowerCase()),
    );
    // From an account without permission, GitHub accepts the HTTP request and does nothing.
    if (may(c.get('actor'), found.repository, ['issues', 'pull_requests'], 'write'))
      await assign(world, sender, found, assignees(world, found, after));
    return issueShape(world, found);
  };
  api.post(`${at}/issues/:number/assignees`, async (c) =>
    c.json(await reassign(c, (before, named) => [...before, ...named]), 201),
  );
  api.delete(`${at}/issues/:number/assignees`, async (c) =>
    c.json(await reassign(c, (before, named) => before.filter((login) => !named.includes(login)))),
  );
}
