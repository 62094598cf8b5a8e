import { reaches } from './accounts.ts';
import type { Actor, Integration, Level, Repository, User, Writer } from './model.ts';
import { RefusedError } from './refused.ts';

/** Who may do what. Every repository is public: reading needs nothing. */

export function signedIn(actor: Actor): Writer {
  if (actor.kind === 'anonymous') throw new RefusedError(401, 'Requires authentication');
  if (actor.kind === 'app')
    throw new RefusedError(403, 'Resource not accessible by integration', undefined, 'FORBIDDEN');
  return actor;
}

export function accountOf(actor: Writer): User {
  return actor.kind === 'user' ? actor.user : actor.app.bot;
}

export function roleOf(user: User, repository: Repository): Level {
  if (user === repository.owner) return 'admin';
  return repository.collaborators.get(user.login.toLowerCase()) ?? 'read';
}

export function may(actor: Actor, repository: Repository, scope: string | string[], level: Level): boolean {
  // To read what administration is about, a person has to be an administrator; for an App that is a permission of its own.
  if (actor.kind === 'user')
    return reaches(roleOf(actor.user, repository), scope === 'administration' ? 'admin' : level);
  if (actor.kind !== 'integration' || !reachesOut(actor, repository)) return false;
  return [scope].flat().some((one) => reaches(actor.permissions[one], level));
}

/** Whether an App's token was made for a repository, and the installation still has it. */
function reachesOut({ repositories, installation }: Integration, repository: Repository): boolean {
  return repositories.has(repository) && (!installation || installation.repositories.has(repository));
}

/** The actor, or the refusal GitHub would give: to an App for a missing permission, to a user for a missing role. */
export function need(actor: Actor, repository: Repository, scope: string | string[], level: Level): Writer {
  const writer = signedIn(actor);
  if (!may(writer, repository, scope, level)) throw refusal(writer);
  if (level !== 'read' && scope !== 'administration') needWritable(repository);
  return writer;
}

/** An archived repository takes no changes. Its administrators may take it out of the archive. */
export function needWritable({ archived }: Repository): void {
  if (archived)
    throw new RefusedError(403, 'Repository was archived so is read-only.', undefined, 'FORBIDDEN');
}

/** Like `need`, but the author of the thing may as well. */
export function needOrOwn(
  actor: Actor,
  repository: Repository,
  scope: string | string[],
  owner: User,
): Writer {
  const writer = signedIn(actor);
  if (writer.kind === 'user' && writer.user === owner) {
    needWritable(repository);
    return writer;
  }
  return need(actor, repository, scope, 'write');
}

/** What any signed-in user may do on a public repository, and an App with the permission. */
export function needVoice(actor: Actor, repository: Repository, scope: string | string[]): Writer {
  const writer = signedIn(actor);
  if (writer.kind !== 'user') return need(actor, repository, scope, 'write');
  needWritable(repository);
  return writer;
}

function refusal(writer: Writer): RefusedError {
  const message =
    writer.kind === 'integration'
      ? 'Resource not accessible by integration'
      : 'Must have push access to repository.';
  return new RefusedError(403, message, undefined, 'FORBIDDEN');
}
