import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { Stage } from './stage.ts';

/** Stands between the bot and the emulator, and changes what GitHub answers: for faults that one request alone shows. */

export interface Seen {
  method: string;
  /** With the query. */
  path: string;
  /** As text; empty for a request without one. */
  body: string;
}

export interface Between {
  url: string;
  /** Answers in GitHub's place; null passes the request on. */
  instead: (seen: Seen) => Response | null;
  /** Changes the JSON of GitHub's answer in place. */
  change: (seen: Seen, json: Record<string, unknown>) => void;
  close: () => void;
}

/** Kept from request and answer: everything else is this hop's own. */
const DROPPED = [
  'host',
  'connection',
  'content-length',
  'accept-encoding',
  'content-encoding',
  'transfer-encoding',
];

export async function proxyTo(target: string): Promise<Between> {
  const routes = new Hono();
  const proxy: Between = { url: '', instead: () => null, change: () => undefined, close: () => undefined };
  routes.all('*', async (c) => {
    const { pathname, search } = new URL(c.req.url);
    const seen = { method: c.req.method, path: pathname + search, body: await c.req.text() };
    const early = proxy.instead(seen);
    if (early) return early;
    const answer = await fetch(target + seen.path, {
      method: seen.method,
      headers: without(c.req.raw.headers),
      redirect: 'manual',
      ...(seen.body !== '' && { body: seen.body }),
    });
    const headers = without(answer.headers);
    const bytes = await answer.arrayBuffer();
    if (!/json/.test(headers.get('content-type') ?? '') || bytes.byteLength === 0)
      return new Response(bytes.byteLength === 0 ? null : bytes, { status: answer.status, headers });
    const json = JSON.parse(Buffer.from(bytes).toString('utf8'));
    proxy.change(seen, json);
    return new Response(JSON.stringify(json), { status: answer.status, headers });
  });
  await new Promise<void>((resolve) => {
    const server = serve({ fetch: routes.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      proxy.url = `http://127.0.0.1:${port}`;
      resolve();
    });
    proxy.close = () => server.close();
  });
  return proxy;
}

function without(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of DROPPED) kept.delete(name);
  return kept;
}

/** A swarm whose bot reaches GitHub through a proxy from now on. */
export async function startBehindProxy(stage: Stage): Promise<Between> {
  await stage.begin(2);
  await stage.bot!.close();
  const proxy = await proxyTo(stage.emulator.url);
  await stage.startBot(proxy.url);
  return proxy;
}
