import type { RateLimits } from '../rate-limit.ts';
import type { Api } from '../rest/kit.ts';
import type { World } from '../world/world.ts';

export function graphqlRoute(api: Api, _world: World, _limits: RateLimits): void {
  api.post('/graphql', (c) => c.json({ message: 'soon' }, 500));
}
