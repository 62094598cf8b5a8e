import { latestOf } from '../world/checks.ts';
import type { CheckRun } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { appShape } from './account.ts';
import { nodeId } from './node-id.ts';
import { apiUrl, minimalRepository } from './repository.ts';

/** REST's shape of a check suite: what one App says of one commit. */
export async function suiteShape(world: World, checks: CheckRun[]) {
  const { repository, suiteId, headSha, app, startedAt } = checks[0]!;
  const url = apiUrl(world, repository, `/check-suites/${suiteId}`);
  const open = checks.find((check) => check.status !== 'completed');
  const worst = checks.find((check) => check.conclusion === 'failure') ?? checks.at(-1)!;
  const again = world.rerequestedSuites.has(suiteId);
  const commit = (await repository.git.store.commit(headSha))!;
  const branch = [...(await repository.git.refs())].find(
    ([name, sha]) => name.startsWith('refs/heads/') && sha === headSha,
  );
  return {
    id: suiteId,
    node_id: nodeId('CS', suiteId),
    head_branch: branch?.[0].slice(11) ?? null,
    head_sha: headSha,
    status: again ? 'queued' : (open?.status ?? 'completed'),
    conclusion: open || again ? null : worst.conclusion,
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
