import type { CheckRun } from '../world/model.ts';
import { isPull, type World } from '../world/world.ts';
import { appShape } from './account.ts';
import { nodeId } from './node-id.ts';
import { apiUrl, htmlUrl } from './repository.ts';

/** REST's shape of a check run. `pull_requests` is empty for a fork's head, as on GitHub. */
export function checkShape(world: World, check: CheckRun) {
  const { repository } = check;
  const url = apiUrl(world, repository, `/check-runs/${check.id}`);
  const repo = { id: repository.id, url: apiUrl(world, repository), name: repository.name };
  const pulls = [...repository.issues.values()]
    .filter(isPull)
    .filter(
      (i) => i.state === 'open' && i.pull.headSha === check.headSha && i.pull.headRepository === repository,
    );
  return {
    id: check.id,
    name: check.name,
    node_id: nodeId('CR', check.id),
    head_sha: check.headSha,
    external_id: check.externalId,
    url,
    html_url: htmlUrl(world, repository, `/runs/${check.id}`),
    details_url: check.detailsUrl ?? htmlUrl(world, repository, `/runs/${check.id}`),
    status: check.status,
    conclusion: check.conclusion,
    started_at: check.startedAt,
    completed_at: check.completedAt,
    output: { ...check.output, annotations_count: 0, annotations_url: `${url}/annotations` },
    check_suite: { id: check.suiteId },
    app: appShape(world, check.app),
    pull_requests: pulls.map(({ pull, number }) => ({
      id: pull.id,
      number,
      url: apiUrl(world, repository, `/pulls/${number}`),
      head: { ref: pull.headRef, sha: pull.headSha, repo },
      base: { ref: pull.baseRef, sha: pull.baseSha, repo },
    })),
  };
}
