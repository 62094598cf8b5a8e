import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Site } from './build.ts';

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
  csv: 'text/csv; charset=utf-8',
  atom: 'application/atom+xml',
  png: 'image/png',
};

/** Serves a site on loopback as GitHub Pages would: the same caching, compressed, an index for a folder. */
export async function serveSite(
  site: Site,
  port: number,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const path = decoded(request.url ?? '/');
    const found = site.get(path) ?? site.get(`${path.replace(/\/$/, '')}${path === '' ? '' : '/'}index.html`);
    if (found === undefined || !['GET', 'HEAD'].includes(request.method ?? '')) {
      response
        .writeHead(found === undefined ? 404 : 405, { 'content-type': 'text/plain' })
        .end('There is no such page.\n');
      return;
    }
    const type = TYPES[path.split('.').at(-1)!] ?? TYPES.html!;
    const headers = { 'content-type': type, 'cache-control': 'max-age=600' };
    const text = typeof found === 'string';
    response.writeHead(200, text ? { ...headers, 'content-encoding': 'gzip' } : headers);
    if (request.method === 'HEAD') response.end();
    else response.end(text ? gzipSync(found) : found);
  });
  await new Promise<void>((done, fail) => server.once('error', fail).listen(port, '127.0.0.1', done));
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}/`,
    close: () => new Promise((done) => server.close(() => done()).closeAllConnections()),
  };
}

/** The path from the root, without what follows it. */
function decoded(url: string): string {
  try {
    return decodeURIComponent(new URL(url, 'http://localhost').pathname.slice(1));
  } catch {
    return url; // not an address: no file has such a name
  }
}
