import { z } from 'zod';
import { commentShape, issueShape, labelShape } from '../shapes/issue.ts';
import {
  addComment,
  addLabels,
  createLabel,
  deleteComment,
  editComment,
  editIssue,
  labelsNamed,
  lockIssue,
  openIssue,
  removeLabel,
} from '../world/issues/issues.ts';
import type { Comment, Issue } from '../world/model.ts';
import { notFound, RefusedError } from '../world/refused.ts';
import type { World } from '../world/world.ts';
import { type Api, type Ask, bodyOf, idOf, paged, repositoryOf } from './kit.ts';

/** Issues, comments and labels. */

const names = z.array(z.string());
const labelNames = z.union([z.object({ labels: names }).transform((b) => b.labels), names]);
const newIssue = z.object({ title: z.string(), body: z.string().nullish(), labels: names.optional() });
const issueEdit = z.object({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  labels: names.optional(),
  assignees: names.optional(),
});
const newLabel = z.object({
  name: z.string(),
  color: z.string().default('ededed'),
  description: z.string().nullish(),
});
const text = z.object({ body: z.string() });

export function issueRoutes(api: Api, world: World): void {
  const at = '/repos/:owner/:repo';
  const issue = (c: Ask): Issue => world.issue(repositoryOf(c, world), idOf(c, 'number'));
  const shownLabels = (of: Issue) => of.labels.map((label) => labelShape(world, of.repository, label));

  api.get(`${at}/issues`, (c) => {
    const { state = 'open', labels, creator } = c.req.query();
    const wanted = labels?.toLowerCase().split(',') ?? [];
    const found = [...repositoryOf(c, world).issues.values()]
      .filter((i) => state === 'all' || i.state === state)
      .filter((i) => !creator || i.user.login === creator)
      .filter((i) => wanted.every((name) => i.labels.some((label) => label.name.toLowerCase() === name)));
    return c.json(paged(c, found.reverse()).map((i) => issueShape(world, i)));
  });
  api.post(`${at}/issues`, async (c) => {
    const { title, body, labels } = await bodyOf(c, newIssue);
    const [actor, repository] = [c.get('actor'), repositoryOf(c, world)];
    const wanted = () => labelsNamed(world, actor, repository, labels ?? []);
    const made = await openIssue(world, actor, repository, title, body ?? null, wanted);
    return c.json(issueShape(world, made), 201);
  });

  api.get(`${at}/issues/comments`, (c) => {
    const repository = repositoryOf(c, world);
    const all = [...world.comments.values()].filter((m) => m.issue.repository === repository);
    return c.json(paged(c, all).map((m) => commentShape(world, m)));
  });
  api.get(`${at}/issues/comments/:id`, (c) => c.json(commentShape(world, comment(c))));
  api.patch(`${at}/issues/comments/:id`, async (c) => {
    const found = comment(c);
    await editComment(world, c.get('actor'), found, (await bodyOf(c, text)).body);
    return c.json(commentShape(world, found));
  });
  api.delete(`${at}/issues/comments/:id`, async (c) => {
    await deleteComment(world, c.get('actor'), comment(c));
    return c.body(null, 204);
  });

  api.get(`${at}/issues/:number`, (c) => c.json(issueShape(world, issue(c))));
  api.patch(`${at}/issues/:number`, async (c) => {
    const found = issue(c);
    await editIssue(world, c.get('actor'), found, await bodyOf(c, issueEdit));
    return c.json(issueShape(world, found));
  });
  api.put(`${at}/issues/:number/lock`, async (c) => {
    await lockIssue(world, c.get('actor'), issue(c), true);
    return c.body(null, 204);
  });
  api.delete(`${at}/issues/:number/lock`, async (c) => {
    await lockIssue(world, c.get('actor'), issue(c), false);
    return c.body(null, 204);
  });
  api.get(`${at}/issues/:number/comments`, (c) =>
    c.json(paged(c, issue(c).comments).map((m) => commentShape(world, m))),
  );
  api.post(`${at}/issues/:number/comments`, async (c) => {
    const { body } = await bodyOf(c, text);
    return c.json(commentShape(world, await addComment(world, c.get('actor'), issue(c), body)), 201);
  });

  api.get(`${at}/issues/:number/labels`, (c) => c.json(paged(c, shownLabels(issue(c)))));
  api.post(`${at}/issues/:number/labels`, async (c) => {
    const found = issue(c);
    const wanted = labelsNamed(world, c.get('actor'), found.repository, await bodyOf(c, labelNames));
    await addLabels(world, c.get('actor'), found, wanted);
    return c.json(shownLabels(found));
  });
  api.delete(`${at}/issues/:number/labels/:name`, async (c) => {
    const found = issue(c);
    const label = found.labels.find((l) => l.name.toLowerCase() === c.req.param('name').toLowerCase());
    if (!label) throw new RefusedError(404, 'Label does not exist');
    await removeLabel(world, c.get('actor'), found, label);
    return c.json(shownLabels(found));
  });

  api.get(`${at}/labels`, (c) => {
    const repository = repositoryOf(c, world);
    return c.json(
      paged(c, [...repository.labels.values()]).map((label) => labelShape(world, repository, label)),
    );
  });
  api.post(`${at}/labels`, async (c) => {
    const repository = repositoryOf(c, world);
    const { name, color, description } = await bodyOf(c, newLabel);
    const wanted = { name, color, description: description ?? null };
    const label = createLabel(world, c.get('actor'), repository, wanted);
    return c.json(labelShape(world, repository, label), 201);
  });
  api.get(`${at}/labels/:name`, (c) => {
    const repository = repositoryOf(c, world);
    const label = repository.labels.get(c.req.param('name').toLowerCase());
    if (!label) throw notFound();
    return c.json(labelShape(world, repository, label));
  });

  function comment(c: Ask): Comment {
    const found = world.comments.get(idOf(c, 'id'));
    if (found?.issue.repository !== repositoryOf(c, world)) throw notFound();
    return found;
  }
}
