import type { GraphQLError } from 'graphql';
import { z } from 'zod';
import type { RateLimits } from '../rate-limit.ts';
import { type Api, bodyOf } from '../rest/kit.ts';
import type { Actor } from '../world/model.ts';
import { accountOf, sees, signedIn } from '../world/permissions.ts';
import { RefusedError } from '../world/refused.ts';
import type { World } from '../world/world.ts';
import { accountNode, appNode, viewerNode } from './accounts.ts';
import { commentNode, issueNode, labelNode } from './issues.ts';
import { lookup, repositoryOfFound, unresolved } from './lookup.ts';
import { mutations } from './mutations.ts';
import { checkNode, commitNode, entryNode, objectNode } from './objects.ts';
import { refNode, repositoryNode } from './repository.ts';
import { answer, NotPlayedError } from './schema.ts';
import { search } from './search.ts';
import type { Args, Source, View } from './view.ts';

/** `POST /graphql`. */

const request = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});
const TYPES: { [status: number]: string } = { 403: 'FORBIDDEN', 404: 'NOT_FOUND', 401: 'FORBIDDEN' };

export function graphqlRoute(api: Api, world: World, limits: RateLimits): void {
  api.post('/graphql', async (c) => {
    const actor = c.get('actor');
    if (actor.kind === 'anonymous')
      throw new RefusedError(401, 'This endpoint requires you to be authenticated.');
    signedIn(actor);
    const { query, variables, operationName } = await bodyOf(c, request);
    const root = rootOf(viewOf(world, actor), limits);
    const { data, errors } = await answer(
      { query, variables: variables ?? {}, operationName: operationName ?? null },
      root,
    );
    return c.json({ ...(data !== undefined && { data }), ...(errors && { errors: errors.map(errorShape) }) });
  });
}

function viewOf(world: World, actor: Actor): View {
  const view: View = {
    world,
    actor,
    account: (user) => accountNode(view, user),
    app: (app) => appNode(view, app),
    repository: (repository) => repositoryNode(view, repository),
    ref: (repository, name, sha) => refNode(view, repository, name, sha),
    object: (repository, sha) => objectNode(view, repository, sha),
    commit: (repository, sha) => commitNode(view, repository, sha),
    entry: (repository, entry, path) => entryNode(view, repository, entry, path),
    issue: (issue) => issueNode(view, issue),
    comment: (comment) => commentNode(view, comment),
    label: (repository, label) => labelNode(view, repository, label),
    check: (check) => checkNode(view, check),
  };
  return view;
}

function rootOf(view: View, limits: RateLimits): Source {
  const { world, actor } = view;
  return {
    __typename: 'Query',
    viewer: () => viewerNode(view, accountOf(signedIn(actor))),
    user: ({ login }: Args) => {
      const user = world.users.get(String(login).toLowerCase());
      if (!user) throw new RefusedError(404, `Could not resolve to a User with the login of '${login}'.`);
      return view.account(user);
    },
    repositoryOwner: ({ login }: Args) => {
      const user = world.users.get(String(login).toLowerCase());
      return user ? view.account(user) : null;
    },
    repository: ({ owner, name }: Args) => {
      const full = `${owner}/${name}`.toLowerCase();
      const found = world.repositories.get(full) ?? world.renamed.get(full);
      if (!found || !sees(actor, found))
        throw new RefusedError(404, `Could not resolve to a Repository with the name '${owner}/${name}'.`);
      return view.repository(found);
    },
    node: ({ id }: Args) => nodeOf(view, String(id)),
    nodes: ({ ids }: Args) => (ids as string[]).map((id) => nodeOf(view, id)),
    search: (args: Args) => search(view, args),
    rateLimit: () => {
      const { limit, used, remaining, reset } = limits.state(actor, 'graphql');
      const resetAt = new Date(reset * 1000).toISOString();
      return { __typename: 'RateLimit', limit, used, remaining, resetAt, cost: 1, nodeCount: 0 };
    },
    ...mutations(view),
  };
}

async function nodeOf(view: View, id: string): Promise<Source> {
  const found = lookup(view.world, id);
  const where = repositoryOfFound(found);
  if (where && !sees(view.actor, where)) throw unresolved(id);
  switch (found.kind) {
    case 'repository':
      return view.repository(found.repository);
    case 'issue':
      return view.issue(found.issue);
    case 'comment':
      return view.comment(found.comment);
    case 'label':
      return view.label(found.repository, found.label);
    case 'user':
      return view.account(found.user);
    case 'check':
      return view.check(found.check);
    case 'ref': {
      const sha = (await found.repository.git.refs()).get(found.name);
      if (!sha) throw unresolved(id);
      return view.ref(found.repository, found.name, sha);
    }
  }
}

/** GitHub's error: message, type, path, locations. What the emulator itself got wrong is also said on stderr. */
function errorShape(error: GraphQLError): object {
  const { message, path, locations, originalError } = error;
  const type =
    originalError instanceof RefusedError
      ? (originalError.type ?? TYPES[originalError.status] ?? 'UNPROCESSABLE')
      : originalError instanceof NotPlayedError
        ? 'NOT_PLAYED'
        : undefined;
  if (originalError && type === undefined)
    process.stderr.write(`emulator: graphql: ${originalError.stack}\n`);
  return { ...(type && { type }), ...(path && { path }), ...(locations && { locations }), message };
}
