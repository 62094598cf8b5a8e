import type { PullRequest, Repository, User } from '../model.ts';
import { isPull, type World } from '../world.ts';

/** What follows for pull requests when a branch moves. */

/** After a branch moved: pull requests from it follow, pull requests into it may be merged by it. */
export async function settlePulls(
  world: World,
  moved: Repository,
  sender: User,
  branch: string,
  before: string | null,
  tip: string | null,
): Promise<void> {
  const open = [...world.repositories.values()]
    .flatMap((r) => [...r.issues.values()])
    .filter(isPull)
    .filter((issue) => issue.state === 'open');
  // An open pull request's head was not in the branch before, so it is now if it is among the commits that are new.
  const arrived = before && tip ? new Set(await moved.git.commitsBetween(before, tip)) : new Set<string>();
  for (const issue of open.filter((i) => i.repository === moved && i.pull.baseRef === branch))
    if (tip && arrived.has(issue.pull.headSha)) await merged(world, issue, sender, tip);
  for (const issue of open.filter((i) => i.pull.headRepository === moved && i.pull.headRef === branch)) {
    if (issue.state !== 'open') continue;
    if (tip === null) await closePull(world, issue, sender);
    else await synchronize(world, issue, sender, tip);
  }
}

/** The pull request's branch is at another commit. */
export async function synchronize(
  world: World,
  issue: PullRequest,
  sender: User,
  tip: string,
): Promise<void> {
  const { repository, pull } = issue;
  const before = pull.headSha;
  if (before === tip) return;
  pull.headSha = tip;
  pull.baseSha = (await repository.git.refs()).get(`refs/heads/${pull.baseRef}`) ?? pull.baseSha;
  issue.updatedAt = world.time();
  await repository.git.updateRef(`refs/pull/${issue.number}/head`, tip);
  await world.emit({ event: 'pull_request', action: 'synchronize', issue, before, repository, sender });
  const base = (await repository.git.refs()).get(`refs/heads/${pull.baseRef}`);
  if (base && (await repository.git.isAncestor(tip, base))) await merged(world, issue, sender, base);
}

async function merged(world: World, issue: PullRequest, by: User, tip: string): Promise<void> {
  issue.pull.mergedAt = world.time();
  issue.pull.mergedBy = by;
  issue.pull.mergeCommitSha = tip;
  await closePull(world, issue, by);
}

export async function closePull(world: World, issue: PullRequest, sender: User): Promise<void> {
  const { repository } = issue;
  issue.state = 'closed';
  issue.closedAt = issue.updatedAt = world.time();
  issue.closedBy = sender;
  await world.emit({ event: 'pull_request', action: 'closed', issue, repository, sender });
}
