import type { World } from '../world/world.ts';

/** The paths of a GitHub Enterprise host: the API under `/api/v3`, GraphQL at `/api/graphql`, and its own address in every answer. */

type Fetch = (request: Request) => Response | Promise<Response>;

/** Paths of the API; every other address is a page or git's. */
const API = /^\/(?:repos|repositories|users|user|app|installation|search|rate_limit)(?=[/?]|$)/;

export function enterpriseDoor(world: World, inner: Fetch, own: string): Fetch {
  const moved = (address: string) => {
    if (!address.startsWith(`${world.url}/`)) return address;
    const path = address.slice(world.url.length);
    return own + (API.test(path) ? '/api/v3' : '') + path;
  };
  const values = new RegExp(`"${world.url.replaceAll('.', '\\.')}/[^"]*"`, 'g');
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const path = pathname.replace(/^\/api\/v3(?=\/|$)/, '').replace(/^\/api(?=\/graphql$)/, '') || '/';
    const { method, headers, body } = request;
    const send = { method, headers, ...(body && { body, duplex: 'half' as const }) };
    const answer = await inner(new Request(world.url + path + search, send));
    const shown = new Headers(answer.headers);
    const location = shown.get('location');
    if (location) shown.set('location', moved(location));
    const link = shown.get('link');
    if (link)
      shown.set(
        'link',
        link.replace(/<([^>]+)>/g, (_, address: string) => `<${moved(address)}>`),
      );
    const { status } = answer;
    if (!/\bjson\b/.test(shown.get('content-type') ?? ''))
      return new Response(answer.body, { status, headers: shown });
    const text = (await answer.text()).replace(values, (value) => `"${moved(value.slice(1, -1))}"`);
    return new Response(status === 304 || text === '' ? null : text, { status, headers: shown });
  };
}
