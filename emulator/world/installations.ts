import { createToken, reaches } from './accounts.ts';
import type { App, Installation, Integration, Permissions, Repository, User } from './model.ts';
import { invalid, notFound, RefusedError } from './refused.ts';
import type { World } from './world.ts';

/** Apps on accounts: an installation for each account, with the repositories that its owner chose. */

const HOUR = 3_600_000;

/** The owner of the repositories installs an App on them. */
export async function installApp(world: World, app: App, repositories: Repository[]): Promise<Installation> {
  const account = ownerOf(repositories);
  if (!app.public && account !== app.owner) throw notFound();
  if ([...world.installations.values()].some((i) => i.app === app && i.account === account))
    throw invalid(`${app.slug} is installed on ${account.login} already: change its repositories`);
  const installation: Installation = {
    id: world.id(),
    app,
    account,
    repositories: new Set(repositories),
    permissions: app.permissions,
    createdAt: world.time(),
    updatedAt: world.time(),
    suspended: null,
  };
  world.installations.set(installation.id, installation);
  await world.emit({ event: 'installation', action: 'created', installation, sender: account });
  return installation;
}

function ownerOf(repositories: Repository[]): User {
  const owners = new Set(repositories.map((one) => one.owner));
  const [owner] = owners;
  if (!owner || owners.size > 1) throw invalid('An App is installed on repositories of one account');
  return owner;
}

export async function addRepositories(world: World, installation: Installation, added: Repository[]) {
  if (added.some((one) => one.owner !== installation.account)) throw notFound();
  const changed = added.filter((one) => !installation.repositories.has(one));
  for (const one of changed) installation.repositories.add(one);
  await changeRepositories(world, installation, 'added', changed);
}

/** These repositories and no others. */
export async function chooseRepositories(world: World, installation: Installation, chosen: Repository[]) {
  await addRepositories(world, installation, chosen);
  const removed = [...installation.repositories].filter((one) => !chosen.includes(one));
  await removeRepositories(world, installation, removed);
}

/** Removes repositories that it has; the last one only by uninstalling it. */
export async function removeRepositories(world: World, installation: Installation, removed: Repository[]) {
  if (removed.some((one) => !installation.repositories.has(one))) throw notFound();
  if (removed.length >= installation.repositories.size)
    throw invalid('The last repository of an installation cannot be removed');
  await loseRepositories(world, installation, removed);
}

/** A repository that is deleted leaves its installations, be it the last. */
export async function forgetRepository(world: World, repository: Repository): Promise<void> {
  for (const installation of world.installations.values())
    if (installation.repositories.has(repository)) await loseRepositories(world, installation, [repository]);
}

async function loseRepositories(world: World, installation: Installation, removed: Repository[]) {
  for (const one of removed) installation.repositories.delete(one);
  await changeRepositories(world, installation, 'removed', removed);
}

async function changeRepositories(
  world: World,
  installation: Installation,
  action: 'added' | 'removed',
  changed: Repository[],
): Promise<void> {
  if (changed.length === 0) return;
  installation.updatedAt = world.time();
  const sender = installation.account;
  await world.emit({ event: 'installation_repositories', action, installation, changed, sender });
}

/** @param by who suspends it; null lets it work again */
export async function suspend(world: World, installation: Installation, by: User | null): Promise<void> {
  if (!by === !installation.suspended) return;
  installation.suspended = by && { by, at: world.time() };
  installation.updatedAt = world.time();
  const action = by ? 'suspend' : 'unsuspend';
  await world.emit({ event: 'installation', action, installation, sender: installation.account });
}

/** Its tokens end with it. */
export async function uninstall(world: World, installation: Installation): Promise<void> {
  world.installations.delete(installation.id);
  await world.emit({ event: 'installation', action: 'deleted', installation, sender: installation.account });
}

/** A token of an installation, valid an hour, with the installation's permissions and repositories or fewer. */
export function installationToken(
  world: World,
  installation: Installation,
  wanted: { permissions?: Permissions | undefined; repositories?: Repository[] | undefined },
) {
  if (installation.suspended) throw new RefusedError(403, 'This installation has been suspended');
  for (const [scope, level] of Object.entries(wanted.permissions ?? {}))
    if (!reaches(installation.permissions[scope], level))
      throw invalid('The permissions requested are not granted to this installation.');
  if (wanted.repositories?.some((one) => !installation.repositories.has(one)))
    throw invalid(
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  const permissions = wanted.permissions
    ? { metadata: 'read' as const, ...wanted.permissions }
    : installation.permissions;
  const { app } = installation;
  const repositories = wanted.repositories ? new Set(wanted.repositories) : installation.repositories;
  const actor: Integration = { kind: 'integration', app, repositories, permissions, installation, job: null };
  const expiresAt = new Date(world.now().getTime() + HOUR).toISOString().replace(/\.\d+/, '');
  return { token: createToken(world, 'ghs', actor, 60), expiresAt, permissions };
}
