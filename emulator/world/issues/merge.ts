import { signatureOf, webFlow } from '../commit-files.ts';
import type { Actor, PullRequest } from '../model.ts';
import { accountOf, may, need, signedIn } from '../permissions.ts';
import { moveRef } from '../refs.ts';
import { RefusedError } from '../refused.ts';
import type { World } from '../world.ts';

/** How the request stands to its base's tip; `unknown` when it is not open, or when this git cannot say. */
export async function mergeability({
  state,
  repository,
  pull,
}: PullRequest): Promise<'clean' | 'dirty' | 'unknown'> {
  const base = (await repository.git.refs()).get(`refs/heads/${pull.baseRef}`);
  if (state !== 'open' || !base) return 'unknown';
  const tree = await repository.git.mergeTree(base, pull.headSha);
  return tree === undefined ? 'unknown' : tree === null ? 'dirty' : 'clean';
}

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
  if (issue.state !== 'open' || pull.draft) throw new RefusedError(422, 'Pull Request is not mergeable');
  if (expected !== undefined && expected !== pull.headSha)
    throw new RefusedError(409, 'Head branch was modified. Review and try the merge again.');
  const ref = `refs/heads/${pull.baseRef}`;
  const base = (await repository.git.refs()).get(ref);
  const tree = base && (await repository.git.mergeTree(base, pull.headSha));
  if (!base || !tree) throw new RefusedError(409, 'Pull Request is not mergeable');
  const who = { name: author.login, email: `${author.login}@users.noreply.github.com`, date: world.time() };
  const message = `Merge pull request #${issue.number} from ${pull.headLabel.replace(':', '/')}\n\n${issue.title}`;
  const parents = [base, pull.headSha];
  const sha = await repository.git.store.writeCommit({ tree, parents, author: who, committer: who, message });
  await moveRef(world, actor, repository, ref, sha, false);
  return sha;
}

/** Merges the base's tip into the head's branch, as the button "Update branch" does. */
export async function updateBranch(
  world: World,
  actor: Actor,
  { repository, pull }: PullRequest,
  expected: string | undefined,
): Promise<void> {
  const head = pull.headRepository;
  if (!head) throw new RefusedError(422, 'The head repository is gone.');
  const own = may(actor, head, 'contents', 'write');
  if (!own && !(pull.maintainerCanModify && may(actor, repository, 'contents', 'write')))
    throw new RefusedError(403, 'Must have push access to the head branch.');
  if (expected !== undefined && expected !== pull.headSha)
    throw new RefusedError(422, 'expected_head_sha does not match the head of the pull request.');
  const base = (await repository.git.refs()).get(`refs/heads/${pull.baseRef}`);
  if (!base || (await repository.git.isAncestor(base, pull.headSha)))
    throw new RefusedError(422, 'There are no new commits on the base branch.');
  const tree = await repository.git.mergeTree(base, pull.headSha);
  if (!tree) throw new RefusedError(422, 'merge conflict between base and head');
  const author = signatureOf(world, accountOf(signedIn(actor)));
  const message = `Merge branch '${pull.baseRef}' into ${pull.headRef}`;
  const parents = [pull.headSha, base];
  const sha = await head.git.store.writeCommit({ tree, parents, author, committer: webFlow(world), message });
  await moveRef(world, { kind: 'user', user: head.owner }, head, `refs/heads/${pull.headRef}`, sha, false);
}
