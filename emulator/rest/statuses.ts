import { checkShape } from '../shapes/check.ts';
import { apiUrl, minimalRepository } from '../shapes/repository.ts';
import { suiteShape } from '../shapes/suite.ts';
import { checksOf, latestOf, suiteOfId } from '../world/checks.ts';
import type { CheckRun } from '../world/model.ts';
import { notFound } from '../world/refused.ts';
import { rerequester, rerequestSuite } from '../world/rerequests.ts';
import type { World } from '../world/world.ts';
import { type Api, type Ask, idOf, paged, repositoryOf } from './kit.ts';

/** Check suites, and commit statuses, of which there are none here: check runs took their place. */
export function statusRoutes(api: Api, world: World): void {
  const at = '/repos/:owner/:repo';

  api.get(`${at}/commits/:ref{.+}/status`, async (c) => {
    const repository = repositoryOf(c, world);
    const { sha } = await commitOf(c);
    const commit = apiUrl(world, repository, `/commits/${sha}`);
    const none = { state: 'pending', statuses: [], total_count: 0 };
    const shown = { repository: minimalRepository(world, repository), commit_url: commit };
    return c.json({ ...none, sha, ...shown, url: `${commit}/status` });
  });
  api.get(`${at}/commits/:ref{.+}/statuses`, async (c) => {
    await commitOf(c);
    return c.json([]);
  });
  api.get(`${at}/commits/:ref{.+}/check-suites`, async (c) => {
    const { sha } = await commitOf(c);
    const { app_id: app, check_name: name } = c.req.query();
    const found = suites(checksOf(world, repositoryOf(c, world), sha))
      .filter((checks) => !app || String(checks[0]!.app.id) === app)
      .filter((checks) => !name || checks.some((check) => check.name === name));
    const shapes = await Promise.all(paged(c, found).map((checks) => suiteShape(world, checks)));
    return c.json({ total_count: found.length, check_suites: shapes });
  });
  api.get(`${at}/check-suites/:id`, async (c) => c.json(await suiteShape(world, suite(c))));
  api.post(`${at}/check-suites/:id/rerequest`, async (c) => {
    const checks = suite(c);
    const { repository, app } = checks[0]!;
    await rerequestSuite(world, rerequester(c.get('actor'), repository, app), checks);
    return c.json({}, 201);
  });
  api.get(`${at}/check-suites/:id/check-runs`, (c) => {
    const checks = latestOf(suite(c));
    const shown = paged(c, checks).map((check) => checkShape(world, check));
    return c.json({ total_count: checks.length, check_runs: shown });
  });

  async function commitOf(c: Ask) {
    const { git } = repositoryOf(c, world);
    const sha = await git.resolve(c.req.param('ref') ?? '');
    const commit = sha && (await git.store.commit(sha));
    if (!commit) throw notFound();
    return commit;
  }
  function suite(c: Ask): CheckRun[] {
    const found = suiteOfId(world, repositoryOf(c, world), idOf(c, 'id'));
    if (found.length === 0) throw notFound();
    return found;
  }
}

function suites(checks: CheckRun[]): CheckRun[][] {
  return [...Map.groupBy(checks, (check) => check.suiteId).values()];
}
