import { existsSync } from 'node:fs';
import { emptyRepository, forkRepository, type GitRepository, importRepository } from '../git/repository.ts';
import { editTree } from '../git/tree-edit.ts';
import { signatureOf, webFlow } from './commit-files.ts';
import { forgetRepository } from './installations.ts';
import type { Actor, Level, Repository, User } from './model.ts';
import { accountOf, hasScope, need, signedIn } from './permissions.ts';
import { invalid, notFound, RefusedError } from './refused.ts';
import { fullName, type World } from './world.ts';

/** Repositories and forks. */

const NAME = /^(?!\.{1,2}$)(?!.*\.git$)[A-Za-z0-9._-]{1,100}$/;

/** A repository whose branch `main` is the given ref of a local git folder. */
export async function createRepository(world: World, owner: User, name: string, from: string, ref: string) {
  free(world, owner, name);
  const id = world.id();
  return add(
    world,
    id,
    owner,
    name,
    await importRepository(world.git, foldersOf(world, id, owner, name), from, ref),
    null,
  );
}

/** What a user makes on GitHub: a README and a first commit. */
export async function initRepository(
  world: World,
  actor: Actor,
  wanted: { name: string; description: string | null; private: boolean },
): Promise<Repository> {
  const writer = signedIn(actor);
  if (writer.kind !== 'user') throw new RefusedError(403, 'Resource not accessible by integration');
  if (!hasScope(writer, 'repo', ...(wanted.private ? [] : ['public_repo']))) throw notFound();
  const { user: owner } = writer;
  const { name, description } = wanted;
  free(world, owner, name);
  const id = world.id();
  const git = await emptyRepository(world.git, foldersOf(world, id, owner, name));
  const readme = `# ${name}\n${description === null ? '' : `${description}\n`}`;
  const sha = await git.store.write('blob', Buffer.from(readme));
  const tree = await editTree(
    git.store,
    null,
    new Map([['README.md', { mode: '100644', type: 'blob', sha }]]),
  );
  const [author, committer] = [signatureOf(world, owner), webFlow(world)];
  const commit = await git.store.writeCommit({
    message: 'Initial commit',
    tree,
    parents: [],
    author,
    committer,
  });
  await git.updateRef('refs/heads/main', commit, null);
  const made = add(world, id, owner, name, git, null);
  return Object.assign(made, { description, private: wanted.private });
}

/** The fork of an account; the one it already has in this network when there is one. */
export async function forkTo(world: World, actor: Actor, base: Repository, wanted: string | undefined) {
  const writer = signedIn(actor);
  if (writer.kind !== 'user') throw new RefusedError(403, 'Resource not accessible by integration');
  const owner = writer.user;
  const mine = inNetwork(world, base, owner.login);
  if (mine) {
    if (mine === base) throw new RefusedError(403, 'You cannot fork your own repository.');
    return mine;
  }
  const name = wanted ?? base.name;
  free(world, owner, name);
  return world.inTurn(base, async () => {
    const id = world.id();
    const git = await forkRepository(world.git, base.git, foldersOf(world, id, owner, name).repository);
    const fork = add(world, id, owner, name, git, base);
    await world.emit({ event: 'fork', repository: base, sender: owner, fork });
    return fork;
  });
}

export function inNetwork(world: World, base: Repository, login: string): Repository | undefined {
  return [...world.repositories.values()].find(
    (r) => r.root === base.root && r.owner.login.toLowerCase() === login.toLowerCase(),
  );
}

export function free(world: World, owner: User, name: string): void {
  if (!NAME.test(name)) throw invalid(`The repository name is not valid: ${name.slice(0, 100)}`);
  if (world.repositories.has(`${owner.login}/${name}`.toLowerCase()))
    throw invalid('Repository creation failed.', [
      {
        resource: 'Repository',
        code: 'custom',
        field: 'name',
        message: 'name already exists on this account',
      },
    ]);
}

/** A repository that was renamed keeps the folder of its first name. */
function foldersOf(world: World, id: number, owner: User, name: string) {
  const plain = world.path('repositories', owner.login, `${name}.git`);
  const repository = existsSync(plain) ? world.path('repositories', owner.login, `${name}-${id}.git`) : plain;
  return { network: world.path('networks', `${id}.git`), repository };
}

function add(
  world: World,
  id: number,
  owner: User,
  name: string,
  git: GitRepository,
  parent: Repository | null,
) {
  const repository: Repository = {
    id,
    owner,
    name,
    description: parent?.description ?? null,
    defaultBranch: 'main',
    archived: false,
    private: false,
    actions: { enabled: true, allowed: 'all', approval: 'first_time_contributors' },
    parent,
    root: undefined as never,
    git,
    collaborators: new Map<string, Level>(),
    labels: new Map(),
    variables: new Map(),
    issues: new Map(),
    workflows: new Map(),
    activity: [],
    createdAt: world.time(),
    pushedAt: world.time(),
  };
  repository.root = parent?.root ?? repository;
  world.repositories.set(fullName(repository).toLowerCase(), repository);
  return repository;
}

/** The pull requests of a deleted fork stay, without a head repository. */
export async function deleteRepository(world: World, actor: Actor, repository: Repository): Promise<void> {
  const sender = accountOf(need(actor, repository, 'administration', 'admin'));
  await world.emit({ event: 'repository', action: 'deleted', repository, sender });
  world.repositories.delete(fullName(repository).toLowerCase());
  for (const [name, one] of world.renamed) if (one === repository) world.renamed.delete(name);
  await forgetRepository(world, repository);
  for (const other of world.repositories.values())
    for (const { pull } of other.issues.values())
      if (pull?.headRepository === repository) pull.headRepository = null;
  await repository.git.remove();
}
