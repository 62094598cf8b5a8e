import { z } from 'zod';
import { checkShape } from '../shapes/check.ts';
import { type CheckInput, checksOf, createCheck, latestOf, updateCheck } from '../world/checks.ts';
import { type CheckRun, CONCLUSIONS } from '../world/model.ts';
import { notFound } from '../world/refused.ts';
import { rerequestCheck, rerequester } from '../world/rerequests.ts';
import type { World } from '../world/world.ts';
import { type Api, type Ask, bodyOf, idOf, optionalTime, paged, repositoryOf, shaText } from './kit.ts';

/** Check runs. */

const word = (most: number) => z.string().min(1).max(most);

const fields = {
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  conclusion: z.enum(CONCLUSIONS).optional(),
  external_id: z.string().optional(),
  details_url: z.string().optional(),
  started_at: optionalTime,
  completed_at: optionalTime,
  actions: z
    .array(z.object({ label: word(20), description: word(40), identifier: word(20) }))
    .max(3)
    .optional(),
  output: z
    .object({ title: z.string().optional(), summary: z.string(), text: z.string().optional() })
    .optional(),
};
const create = z.object({ name: z.string().min(1), head_sha: shaText, ...fields });
const update = z.object({ name: z.string().min(1).optional(), ...fields });

export function checkRoutes(api: Api, world: World): void {
  const at = '/repos/:owner/:repo';

  api.post(`${at}/check-runs`, async (c) => {
    const { name, head_sha: sha, ...rest } = await bodyOf(c, create);
    const check = await createCheck(world, c.get('actor'), repositoryOf(c, world), sha, {
      name,
      ...input(rest),
    });
    return c.json(checkShape(world, check), 201);
  });
  api.patch(`${at}/check-runs/:id`, async (c) => {
    const { name, ...rest } = await bodyOf(c, update);
    const found = check(c);
    await updateCheck(world, c.get('actor'), found, { name, ...input(rest) });
    return c.json(checkShape(world, found));
  });
  api.get(`${at}/check-runs/:id`, (c) => c.json(checkShape(world, check(c))));
  api.post(`${at}/check-runs/:id/rerequest`, async (c) => {
    const found = check(c);
    const sender = rerequester(c.get('actor'), found.repository, found.app);
    await rerequestCheck(world, sender, found);
    return c.json({}, 201);
  });
  api.get(`${at}/commits/:ref{.+}/check-runs`, async (c) => {
    const repository = repositoryOf(c, world);
    const sha = await repository.git.resolve(c.req.param('ref'));
    if (!sha) throw notFound();
    const { check_name: name, status, app_id: app, filter = 'latest' } = c.req.query();
    const all = checksOf(world, repository, sha)
      .filter((one) => !name || one.name === name)
      .filter((one) => !app || String(one.app.id) === app)
      .filter((one) => !status || one.status === status);
    const found = filter === 'all' ? all : latestOf(all);
    return c.json({
      total_count: found.length,
      check_runs: paged(c, found).map((one) => checkShape(world, one)),
    });
  });

  function check(c: Ask): CheckRun {
    const found = world.checkRuns.get(idOf(c, 'id'));
    if (found?.repository !== repositoryOf(c, world)) throw notFound();
    return found;
  }
}

function input(body: Omit<z.infer<typeof update>, 'name'>): CheckInput {
  return {
    status: body.status,
    conclusion: body.conclusion,
    externalId: body.external_id,
    detailsUrl: body.details_url,
    startedAt: body.started_at,
    completedAt: body.completed_at,
    actions: body.actions,
    output: body.output,
  };
}
