import { type NodePrefix, readNodeId } from '../shapes/node-id.ts';
import type { CheckRun, Comment, Issue, Label, PullRequest, Repository, User } from '../world/model.ts';
import { RefusedError } from '../world/refused.ts';
import { isPull, type World } from '../world/world.ts';

/** Things by their global node id. */

export type Found =
  | { kind: 'repository'; repository: Repository }
  | { kind: 'issue'; issue: Issue }
  | { kind: 'comment'; comment: Comment }
  | { kind: 'label'; repository: Repository; label: Label }
  | { kind: 'user'; user: User }
  | { kind: 'check'; check: CheckRun }
  | { kind: 'ref'; repository: Repository; name: string };

export function lookup(world: World, id: string): Found {
  const read = readNodeId(id);
  const [first, second] = read?.parts ?? [];
  const repository = [...world.repositories.values()].find((r) => r.id === first);
  switch (read?.prefix as NodePrefix | undefined) {
    case 'R':
      if (repository) return { kind: 'repository', repository };
      break;
    case 'I':
    case 'PR': {
      const issue = repository?.issues.get(Number(second));
      if (issue) return { kind: 'issue', issue };
      break;
    }
    case 'IC': {
      const comment = world.comments.get(Number(first));
      if (comment) return { kind: 'comment', comment };
      break;
    }
    case 'U':
    case 'BOT': {
      const user = [...world.users.values()].find((one) => one.id === first);
      if (user) return { kind: 'user', user };
      break;
    }
    case 'LA':
      for (const owner of world.repositories.values())
        for (const label of owner.labels.values())
          if (label.id === first) return { kind: 'label', repository: owner, label };
      break;
    case 'CR': {
      const check = world.checkRuns.get(Number(first));
      if (check) return { kind: 'check', check };
      break;
    }
    case 'REF':
      if (repository) return { kind: 'ref', repository, name: String(second) };
      break;
    default:
      break;
  }
  throw unresolved(id);
}

/** Where a thing is; null for an account. */
export function repositoryOfFound(found: Found): Repository | null {
  if ('repository' in found) return found.repository;
  if (found.kind === 'issue') return found.issue.repository;
  if (found.kind === 'comment') return found.comment.issue.repository;
  return found.kind === 'check' ? found.check.repository : null;
}

export function unresolved(id: string): RefusedError {
  return new RefusedError(404, `Could not resolve to a node with the global id of '${id}'`);
}

/** The thing of one kind, or what GitHub says of an id of another. */
export function find<K extends Found['kind']>(
  world: World,
  kind: K,
  id: unknown,
): Extract<Found, { kind: K }> {
  const found = lookup(world, String(id));
  if (found.kind !== kind) throw unresolved(String(id));
  return found as Extract<Found, { kind: K }>;
}

export function findPull(world: World, id: unknown): PullRequest {
  const { issue } = find(world, 'issue', id);
  if (!isPull(issue)) throw unresolved(String(id));
  return issue;
}
