import { appShape } from '../shapes/account.ts';
import { checkShape } from '../shapes/check.ts';
import { nodeId } from '../shapes/node-id.ts';
import { apiUrl, minimalRepository } from '../shapes/repository.ts';
import { checksOf, latestOf } from '../world/checks.ts';
import type { CheckRun } from '../world/model.ts';
import { notFound } from '../world/refused.ts';
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
    const repository = repositoryOf(c, world);
    const id = idOf(c, 'id');
    const found = [...world.checkRuns.values()].filter(
      (c) => c.repository === repository && c.suiteId === id,
    );
    if (found.length === 0) throw notFound();
    return found;
  }
}

function suites(checks: CheckRun[]): CheckRun[][] {
  return [...Map.groupBy(checks, (check) => check.suiteId).values()];
}

async function suiteShape(world: World, checks: CheckRun[]) {
  const { repository, suiteId, headSha, app, startedAt } = checks[0]!;
  const url = apiUrl(world, repository, `/check-suites/${suiteId}`);
  const open = checks.find((check) => check.status !== 'completed');
  const worst = checks.find((check) => check.conclusion === 'failure') ?? checks.at(-1)!;
  const commit = (await repository.git.store.commit(headSha))!;
  const branch = [...(await repository.git.refs())].find(
    ([name, sha]) => name.startsWith('refs/heads/') && sha === headSha,
  );
  return {
    id: suiteId,
    node_id: nodeId('CS', suiteId),
    head_branch: branch?.[0].slice(11) ?? null,
    head_sha: headSha,
    status: open?.status ?? 'completed',
    conclusion: open ? null : worst.conclusion,
    url,
    before: commit.parents[0] ?? null,
    after: headSha,
    pull_requests: [],
    app: appShape(world, app),
    repository: minimalRepository(world, repository),
    created_at: startedAt,
    updated_at: checks.at(-1)!.completedAt ?? startedAt,
    head_commit: {
      id: headSha,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: commit.committer.date,
      author: { name: commit.author.name, email: commit.author.email },
      committer: { name: commit.committer.name, email: commit.committer.email },
    },
    latest_check_runs_count: latestOf(checks).length,
    check_runs_url: `${url}/check-runs`,
  };
}
