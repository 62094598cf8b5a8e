import type { Actor, PullRequest } from './model.ts';
import { accountOf, need } from './permissions.ts';
import { moveRef } from './refs.ts';
import { Refused } from './refused.ts';
import type { World } from './world.ts';

/** The green button: a merge commit of base and head with git's own merge. */
export async function mergePull(
  world: World,
  actor: Actor,
  issue: PullRequest,
  expected?: string,
): Promise<string> {
  const { repository, pull } = issue;
  const writer = need(actor, repository, 'contents', 'write');
  const author = accountOf(writer);
  if (issue.state !== 'open' || pull.draft) throw new Refused(422, 'Pull Request is not mergeable');
  if (expected !== undefined && expected !== pull.headSha)
    throw new Refused(409, 'Head branch was modified. Review and try the merge again.');
  const ref = `refs/heads/${pull.baseRef}`;
  const base = (await repository.git.refs()).get(ref);
  const tree = base && (await repository.git.mergeTree(base, pull.headSha));
  if (!base || !tree) throw new Refused(409, 'Pull Request is not mergeable');
  const who = { name: author.login, email: `${author.login}@users.noreply.github.com`, date: world.time() };
  const message = `Merge pull request #${issue.number} from ${pull.headLabel.replace(':', '/')}\n\n${issue.title}`;
  const parents = [base, pull.headSha];
  const sha = await repository.git.store.writeCommit({ tree, parents, author: who, committer: who, message });
  await moveRef(world, actor, repository, ref, sha, false);
  return sha;
}
