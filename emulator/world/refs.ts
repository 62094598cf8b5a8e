import { settlePulls } from './issues/branch-moved.ts';
import type { Actor, Repository, User, Writer } from './model.ts';
import { accountOf, hasScope, need } from './permissions.ts';
import { invalid, RefusedError } from './refused.ts';
import type { World } from './world.ts';

/** Branches and tags: made, moved and deleted by the API or by a push, and what follows for pull requests. */

export async function createRef(
  world: World,
  actor: Actor,
  repository: Repository,
  name: string,
  sha: string,
) {
  const writer = need(actor, repository, 'contents', 'write');
  if (!/^refs\/(heads|tags)\/./.test(name))
    throw invalid(`Reference name must start with 'refs/heads/' or 'refs/tags/'.`);
  if (!(await validName(world, name))) throw invalid(`${name.slice(0, 200)} is not a valid ref name.`);
  await knownCommit(repository, sha, 'Object does not exist');
  return world.inTurn(repository, async () => {
    await needWorkflows(writer, repository, null, sha);
    if (!(await repository.git.updateRef(name, sha, null))) throw invalid('Reference already exists');
    await settle(world, repository, accountOf(writer), [{ ref: name, before: null, after: sha }]);
  });
}

/** Moves a branch. Without `force` only forward, held by git's own ancestry and a compare-and-swap. */
export async function moveRef(
  world: World,
  actor: Actor,
  repository: Repository,
  name: string,
  sha: string,
  force: boolean,
  expected?: string,
): Promise<void> {
  const writer = need(actor, repository, 'contents', 'write');
  await knownCommit(repository, sha, 'Object does not exist');
  await world.inTurn(repository, async () => {
    const before = (await repository.git.refs()).get(name);
    if (!before || name.startsWith('refs/pull/')) throw invalid('Reference does not exist');
    if (expected !== undefined && expected !== before) throw stale(name, expected, before);
    await needWorkflows(writer, repository, before, sha);
    const forward = await repository.git.isAncestor(before, sha);
    if (!forward && !force) throw invalid('Update is not a fast forward');
    if (!(await repository.git.updateRef(name, sha, before))) throw invalid('Reference cannot be updated');
    await settle(world, repository, accountOf(writer), [{ ref: name, before, after: sha }]);
  });
}

export async function deleteRef(
  world: World,
  actor: Actor,
  repository: Repository,
  name: string,
): Promise<void> {
  const writer = need(actor, repository, 'contents', 'write');
  await world.inTurn(repository, async () => {
    const before = (await repository.git.refs()).get(name);
    if (!before || !/^refs\/(heads|tags)\//.test(name)) throw invalid('Reference does not exist');
    if (name === `refs/heads/${repository.defaultBranch}`) throw invalid('Cannot delete the default branch');
    await repository.git.updateRef(name, null, before);
    await settle(world, repository, accountOf(writer), [{ ref: name, before, after: null }]);
  });
}

interface RefChange {
  ref: string;
  before: string | null;
  after: string | null;
}

/** A push through git: reports to the world what it changed. */
export async function receivePush<T>(
  world: World,
  repository: Repository,
  pusher: User,
  push: () => Promise<T>,
) {
  return world.inTurn(repository, async () => {
    const before = new Map(await repository.git.refs());
    const answer = await push();
    const after = await repository.git.reload();
    const changes = [...new Set([...before.keys(), ...after.keys()])]
      .map((ref) => ({ ref, before: before.get(ref) ?? null, after: after.get(ref) ?? null }))
      .filter((change) => change.before !== change.after);
    await settle(world, repository, pusher, changes);
    return answer;
  });
}

const ZERO = '0'.repeat(40);

async function settle(
  world: World,
  repository: Repository,
  sender: User,
  changes: RefChange[],
): Promise<void> {
  if (changes.length > 0) repository.pushedAt = world.time();
  for (const { ref, before, after } of changes) {
    if (before === after) continue;
    const forced = before !== null && after !== null && !(await repository.git.isAncestor(before, after));
    await world.emit({
      event: 'push',
      repository,
      sender,
      ref,
      before: before ?? ZERO,
      after: after ?? ZERO,
      forced,
    });
    if (ref.startsWith('refs/heads/'))
      await settlePulls(world, repository, sender, ref.slice(11), before, after);
  }
}

/** `expectedHeadOid` did not hold. Message and type as GitHub gives them. */
function stale(ref: string, expected: string, actual: string): RefusedError {
  const branch = ref.replace(/^refs\/heads\//, '');
  return new RefusedError(
    409,
    `Expected branch to point to "${expected}" but it did not. Pull and try again.`,
    [{ resource: 'Ref', code: 'stale', message: `${branch} is at ${actual}` }],
    'STALE_DATA',
  );
}

async function knownCommit(repository: Repository, sha: string, message: string): Promise<void> {
  if ((await repository.git.store.read(sha))?.type !== 'commit') throw invalid(message);
}

async function validName(world: World, name: string): Promise<boolean> {
  return (await world.git.attempt('/', ['check-ref-format', name])).status === 0;
}

/** A right of its own, for an App and for a user's token. */
async function needWorkflows(writer: Writer, repository: Repository, before: string | null, sha: string) {
  const [who, right] =
    writer.kind === 'integration'
      ? ['a GitHub App', writer.permissions.workflows ? null : '`workflows` permission']
      : ['a Personal Access Token', hasScope(writer, 'workflow') ? null : '`workflow` scope'];
  if (right && (await bringsWorkflows(repository, before, sha)))
    throw new RefusedError(
      403,
      `refusing to allow ${who} to create or update a workflow in \`.github/workflows\` without ${right}`,
    );
}

/** Workflows that no branch has as they are. GitHub lets anybody who may push bring those that another branch has. */
async function bringsWorkflows(repository: Repository, before: string | null, sha: string): Promise<boolean> {
  const folder = async (at: string) => {
    const commit = await repository.git.store.commit(at);
    return commit && (await repository.git.store.entryAt(commit.tree, '.github/workflows'))?.sha;
  };
  const after = await folder(sha);
  if (after === (before === null ? undefined : await folder(before))) return false;
  for (const [name, tip] of await repository.git.refs())
    if (name.startsWith('refs/heads/') && (await folder(tip)) === after) return false;
  return true;
}
