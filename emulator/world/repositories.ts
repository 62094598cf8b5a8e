import { forkRepository, type GitRepository, importRepository } from '../git/repository.ts';
import { forgetRepository } from './installations.ts';
import type { Actor, Level, Repository, User } from './model.ts';
import { need, signedIn } from './permissions.ts';
import { invalid, RefusedError } from './refused.ts';
import { fullName, type World } from './world.ts';

/** Repositories and forks. */

const NAME = /^(?!\.{1,2}$)(?!.*\.git$)[A-Za-z0-9._-]{1,100}$/;

/** A repository whose branch `main` is the given ref of a local git folder. */
export async function createRepository(world: World, owner: User, name: string, from: string, ref: string) {
  free(world, owner, name);
  const id = world.id();
  const folders = { network: world.path('networks', `${id}.git`), repository: gitFolder(world, owner, name) };
  return add(world, id, owner, name, await importRepository(world.git, folders, from, ref), null);
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
    const git = await forkRepository(world.git, base.git, gitFolder(world, owner, name));
    const fork = add(world, world.id(), owner, name, git, base);
    await world.emit({ event: 'fork', repository: base, sender: owner, fork });
    return fork;
  });
}

export function inNetwork(world: World, base: Repository, login: string): Repository | undefined {
  return [...world.repositories.values()].find(
    (r) => r.root === base.root && r.owner.login.toLowerCase() === login.toLowerCase(),
  );
}

function free(world: World, owner: User, name: string): void {
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

function gitFolder(world: World, owner: User, name: string): string {
  return world.path('repositories', owner.login, `${name}.git`);
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
  need(actor, repository, 'administration', 'admin');
  world.repositories.delete(fullName(repository).toLowerCase());
  await forgetRepository(world, repository);
  for (const other of world.repositories.values())
    for (const { pull } of other.issues.values())
      if (pull?.headRepository === repository) pull.headRepository = null;
  await repository.git.remove();
}
