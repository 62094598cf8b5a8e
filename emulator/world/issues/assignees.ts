import type { Issue, User } from '../model.ts';
import { isPull, type World } from '../world.ts';

/** Who is assigned to an issue or pull request. */

/** Accounts with write access, and those that take part in the issue. Others are dropped silently, as on GitHub. */
function assignable(issue: Issue, user: User): boolean {
  const { repository } = issue;
  if (user === repository.owner || repository.collaborators.has(user.login.toLowerCase())) return true;
  return issue.user === user || issue.comments.some((comment) => comment.user === user);
}

/** Accounts by login that may be assigned; the others are left out. */
export function assignees(world: World, issue: Issue, logins: string[]): User[] {
  const users = logins.map((login) => world.users.get(login.toLowerCase()));
  return [...new Set(users)].filter((user) => user !== undefined).filter((user) => assignable(issue, user));
}

/** Sets who is assigned, with GitHub's webhook for each that comes or goes. */
export async function assign(world: World, sender: User, issue: Issue, assignees: User[]): Promise<void> {
  const before = issue.assignees;
  issue.assignees = assignees;
  if (before.length === assignees.length && before.every((user) => assignees.includes(user))) return;
  issue.updatedAt = world.time();
  const { repository } = issue;
  for (const [action, users] of [
    ['assigned', assignees.filter((user) => !before.includes(user))],
    ['unassigned', before.filter((user) => !assignees.includes(user))],
  ] as const)
    for (const assignee of users)
      await world.emit(
        isPull(issue)
          ? { event: 'pull_request', action, issue, assignee, repository, sender }
          : { event: 'issues', action, issue, assignee, repository, sender },
      );
}
