import type { Actor, Repository } from './model.ts';
import { accountOf, need } from './permissions.ts';
import { free } from './repositories.ts';
import { fullName, type World } from './world.ts';

/** What a repository's owner changes of it: name, who sees it, the archive. */

export interface RepositoryChanges {
  name?: string | undefined;
  description?: string | null | undefined;
  private?: boolean | undefined;
  archived?: boolean | undefined;
}

export async function changeRepository(
  world: World,
  actor: Actor,
  repository: Repository,
  changes: RepositoryChanges,
): Promise<void> {
  const sender = accountOf(need(actor, repository, 'administration', 'admin'));
  const tell = (action: 'privatized' | 'publicized' | 'archived' | 'unarchived') =>
    world.emit({ event: 'repository', action, repository, sender });
  if (changes.description !== undefined) repository.description = changes.description;
  if (changes.name !== undefined && changes.name !== repository.name) {
    const from = rename(world, repository, changes.name);
    const changed = { repository: { name: { from } } };
    await world.emit({ event: 'repository', action: 'renamed', repository, sender, changes: changed });
  }
  if (changes.private !== undefined && changes.private !== repository.private) {
    repository.private = changes.private;
    await tell(changes.private ? 'privatized' : 'publicized');
  }
  if (changes.archived !== undefined && changes.archived !== repository.archived) {
    repository.archived = changes.archived;
    await tell(changes.archived ? 'archived' : 'unarchived');
  }
}

/** @returns the name it had, which leads to it until another repository takes it */
function rename(world: World, repository: Repository, name: string): string {
  const from = repository.name;
  const old = fullName(repository).toLowerCase();
  if (name.toLowerCase() !== from.toLowerCase()) free(world, repository.owner, name);
  world.repositories.delete(old);
  repository.name = name;
  const full = fullName(repository).toLowerCase();
  world.repositories.set(full, repository);
  world.renamed.delete(full);
  if (full !== old) world.renamed.set(old, repository);
  return from;
}
