import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { Listener } from '../live/listener.ts';
import type { Live } from '../live/live.ts';
import type { Position } from '../live/past.ts';

/**
 * `GET /live/OWNER/REPO`: what happens there, as server-sent events, for any page in any browser. It tells what everybody may read on
 * GitHub, and takes nothing. Strangers ask it: an unknown repository, a wrong position or a full house cost no request to GitHub.
 */

export const LIVE_PATH = '/live';

const ANYONE = { 'access-control-allow-origin': '*', 'x-content-type-options': 'nosniff' };
const HEADERS = {
  ...ANYONE,
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  connection: 'close',
  'x-accel-buffering': 'no', // a proxy that collects what it passes on would hold it back
};

export function liveRoute(live: Live): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.all('/:owner/:name', async (c) => {
    const refuse = (status: 400 | 404 | 405 | 409 | 503, error: string, more: Record<string, string> = {}) =>
      c.json({ error }, status, { ...ANYONE, ...more });
    if (c.req.raw.method !== 'GET') return refuse(405, 'only GET is here', { allow: 'GET' });
    const channel = live.at(`${c.req.param('owner')}/${c.req.param('name')}`);
    if (!channel) return refuse(404, NOT_HERE);
    const asked = c.req.header('last-event-id') || c.req.query('from');
    const from = asked === undefined ? null : positionOf(asked);
    if (from === undefined) return refuse(400, '`from` must be FILE:LINES of results/events, such as 3:17');
    const leave = live.place();
    if (!leave) return refuse(503, 'too many pages listen: ask GitHub', { 'retry-after': '300' });
    let isTaken = false;
    try {
      const reached = await channel.reach(from);
      if (reached === 'hidden') return refuse(404, NOT_HERE);
      if (reached === 'unknown') return refuse(503, 'GitHub cannot be read now', { 'retry-after': '60' });
      if (reached === 'elsewhere')
        return refuse(409, 'what was missed since `from` must be read from GitHub');
      isTaken = true;
    } finally {
      if (!isTaken) leave();
    }
    const listener = new Listener(c.env.outgoing, HEADERS);
    listener.onClose(leave);
    channel.add(listener, from);
    return RESPONSE_ALREADY_SENT;
  });
  return routes;
}

/** Nobody learns from it whether there is a private one. */
const NOT_HERE = 'this bot works in no such public repository';

/** @returns undefined for what is no position */
function positionOf(text: string): Position | undefined {
  const [, file, lines] = /^(\d{1,9}):(\d{1,6})$/.exec(text) ?? [];
  return file === undefined ? undefined : { file: Number(file), lines: Number(lines) };
}
