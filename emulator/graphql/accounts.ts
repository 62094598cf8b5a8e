import { pageOf } from '../shapes/account.ts';
import { nodeId } from '../shapes/node-id.ts';
import type { App, User } from '../world/model.ts';
import type { Source, View } from './view.ts';

/** Users and Apps. A bot's login has no `[bot]` in GraphQL. */

export function accountNode({ world }: View, user: User): Source {
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
