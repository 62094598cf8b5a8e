import { pageOf } from '../shapes/account.ts';
import { nodeId } from '../shapes/node-id.ts';
import type { App, User } from '../world/model.ts';
import { sees } from '../world/permissions.ts';
import { connection } from './connection.ts';
import type { Args, Source, View } from './view.ts';

/** Users and Apps. A bot's login has no `[bot]` in GraphQL. */

export function accountNode(view: View, user: User): Source {
  const { world } = view;
  const bot = user.type === 'Bot';
  return {
    __typename: bot ? 'Bot' : 'User',
    id: nodeId(bot ? 'BOT' : 'U', user.id),
    databaseId: user.id,
    login: bot ? user.login.replace(/\[bot\]$/, '') : user.login,
    name: user.login,
    createdAt: user.createdAt,
    url: pageOf(world, user),
    avatarUrl: `${world.url}/avatars/${user.id}`,
    repositories: (args: Args) => {
      const mine = [...world.repositories.values()].filter(
        (one) => one.owner === user && sees(view.actor, one),
      );
      const shown = mine.filter(
        (one) => typeof args.isFork !== 'boolean' || args.isFork === (one.parent !== null),
      );
      return connection('repositories', shown, args, (one) => view.repository(one));
    },
    organizations: (args: Args) => connection('organizations', [], args, (none) => none),
  };
}

/** The asker: with `[bot]` for an App, and always of type User. */
export function viewerNode(view: View, user: User): Source {
  return { ...accountNode(view, user), __typename: 'User', login: user.login };
}

export function appNode({ world }: View, app: App): Source {
  return {
    __typename: 'App',
    id: nodeId('A', app.id),
    databaseId: app.id,
    slug: app.slug,
    name: app.name,
    url: `${world.url}/apps/${app.slug}`,
    createdAt: app.createdAt,
  };
}
