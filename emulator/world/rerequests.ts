import { type CheckAction, checker } from './checks.ts';
import type { Actor, App, CheckRun, Repository, User } from './model.ts';
import { need } from './permissions.ts';
import { invalid, RefusedError } from './refused.ts';
import type { World } from './world.ts';

/**
 * The buttons of a check: "Re-run", "Re-run all checks", and those that its App put there. Each only informs the App that made
 * the check; the check run itself stays as it is until that App writes it.
 */

/** On the page, people with write access have the buttons. */
export function presser(user: User, repository: Repository): User {
  need({ kind: 'user', user }, repository, 'checks', 'write');
  return user;
}

/** By REST, the App alone may ask, of its own checks: no person's token may. */
export function rerequester(actor: Actor, repository: Repository, app: App): User {
  if (checker(actor, repository) !== app)
    throw new RefusedError(403, 'This check belongs to another GitHub App.', undefined, 'FORBIDDEN');
  return app.bot;
}

export async function rerequestCheck(world: World, sender: User, checkRun: CheckRun): Promise<void> {
  rerequestable([checkRun]);
  const { repository, suiteId } = checkRun;
  world.rerequestedSuites.add(suiteId);
  await world.emit({ event: 'check_run', action: 'rerequested', checkRun, repository, sender });
}

/** @param checks all of the suite */
export async function rerequestSuite(world: World, sender: User, checks: CheckRun[]): Promise<void> {
  rerequestable(checks);
  const { repository, suiteId } = checks[0]!;
  world.rerequestedSuites.add(suiteId);
  await world.emit({ event: 'check_suite', action: 'rerequested', checks, repository, sender });
}

export async function pressAction(
  world: World,
  sender: User,
  checkRun: CheckRun,
  identifier: string,
): Promise<void> {
  const requested = checkRun.actions.find((one: CheckAction) => one.identifier === identifier);
  if (!requested) throw invalid(`The check run "${checkRun.name}" has no button "${identifier}"`);
  const { repository } = checkRun;
  const about = { checkRun, repository, sender, requested: { identifier } };
  await world.emit({ event: 'check_run', action: 'requested_action', ...about });
}

function rerequestable(checks: CheckRun[]): void {
  if (checks.some((check) => check.status !== 'completed'))
    throw invalid('This check run is not rerequestable: it has not ended.');
}
