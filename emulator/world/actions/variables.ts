import type { Actor, Repository, Variable } from '../model.ts';
import { need } from '../permissions.ts';
import { invalid, notFound, RefusedError } from '../refused.ts';
import type { World } from '../world.ts';

/** A repository's configuration variables, the `vars` of its workflows. Names are one in any case. */

const SCOPE = 'actions_variables';
const NAME = /^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/;

/** Even reading needs to be a collaborator. */
export function variablesOf(actor: Actor, repository: Repository): Variable[] {
  need(actor, repository, SCOPE, actor.kind === 'user' ? 'write' : 'read');
  return [...repository.variables.values()];
}

export function variableNamed(actor: Actor, repository: Repository, name: string): Variable {
  const found = variablesOf(actor, repository).find((one) => one.name === name.toUpperCase());
  if (!found) throw notFound();
  return found;
}

export function createVariable(
  world: World,
  actor: Actor,
  repository: Repository,
  name: string,
  value: string,
): void {
  need(actor, repository, SCOPE, 'write');
  const key = name.toUpperCase();
  if (!NAME.test(key))
    throw invalid(`Variable names can only contain letters, digits and _: ${name.slice(0, 100)}`);
  if (repository.variables.has(key)) throw new RefusedError(409, 'Already exists - Variable already exists');
  repository.variables.set(key, { name: key, value, createdAt: world.time(), updatedAt: world.time() });
}

export function updateVariable(
  world: World,
  actor: Actor,
  repository: Repository,
  name: string,
  value: string,
): void {
  need(actor, repository, SCOPE, 'write');
  const found = variableNamed(actor, repository, name);
  Object.assign(found, { value, updatedAt: world.time() });
}

export function deleteVariable(actor: Actor, repository: Repository, name: string): void {
  need(actor, repository, SCOPE, 'write');
  if (!repository.variables.delete(name.toUpperCase())) throw notFound();
}

/** What a workflow reads as `vars`. */
export function variableValues(repository: Repository): { [name: string]: string } {
  return Object.fromEntries([...repository.variables.values()].map(({ name, value }) => [name, value]));
}
