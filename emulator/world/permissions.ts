import { reaches } from './accounts.ts';
import type { Actor, Integration, Level, Repository, User, Writer } from './model.ts';
import { notFound, RefusedError } from './refused.ts';

/** Who may do what. Reading what is public needs nothing. */

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

/** Whether somebody may read a repository at all. */
export function sees(actor: Actor, repository: Repository): boolean {
  if (!repository.private) return true;
  if (actor.kind === 'user')
    return (
      hasScope(actor, 'repo') &&
      (actor.user === repository.owner || repository.collaborators.has(actor.user.login.toLowerCase()))
    );
  return actor.kind === 'integration' && reachesOut(actor, repository);
}

/** Whether a user's token has one of these rights. */
export function hasScope(actor: Actor, ...scopes: string[]): boolean {
  if (actor.kind !== 'user' || actor.scopes === undefined) return true;
  return actor.scopes.some((one) => scopes.includes(one));
}

/** Whether a token's scopes are enough for more than reading what is public. */
function mayAct(actor: Actor, repository: Repository): boolean {
  return repository.private ? hasScope(actor, 'repo') : hasScope(actor, 'repo', 'public_repo');
}

export function may(actor: Actor, repository: Repository, scope: string | string[], level: Level): boolean {
  if (!sees(actor, repository)) return false;
  // To read what administration is about, a person has to be an administrator; for an App that is a permission of its own.
  if (actor.kind === 'user') {
    const asked = scope === 'administration' ? 'admin' : level;
    return (asked === 'read' || mayAct(actor, repository)) && reaches(roleOf(actor.user, repository), asked);
  }
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
  if (!may(writer, repository, scope, level)) throw refusal(writer, repository);
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
  if (!mayAct(writer, repository)) throw notFound();
  needWritable(repository);
  return writer;
}

/** What a token's scopes do not reach is not there, GitHub says. */
function refusal(writer: Writer, repository: Repository): RefusedError {
  if (!sees(writer, repository) || !mayAct(writer, repository)) return notFound();
  const message =
    writer.kind === 'integration'
      ? 'Resource not accessible by integration'
      : 'Must have push access to repository.';
  return new RefusedError(403, message, undefined, 'FORBIDDEN');
}
