import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Event, eventLine } from '../../core/formats/events.ts';

/**
 * GitHub as a page without a token meets it: the API, 60 requests an hour, and files as they are, at a commit or on a branch, each on
 * its own origin.
 */
export class PublicGitHub {
  /** Texts of the files of events. */
  readonly files = new Map<number, string>();
  commit = 'a'.repeat(40);
  requests = { api: 0, raw: 0 };
  /** What answers instead. */
  trouble: { api?: (response: ServerResponse) => void; raw?: (response: ServerResponse) => void } = {};
  api = '';
  raw = '';
  readonly #servers: Server[] = [];

  async open() {
    this.api = await this.#listen('api', (path, response) => {
      if (path !== '/repos/ada/descent/commits/main') return response.writeHead(404).end();
      return response.writeHead(200, { 'x-ratelimit-remaining': '59' }).end(this.commit);
    });
    this.raw = await this.#listen('raw', (path, response) => {
      const [, ref, number] = /^\/ada\/descent\/([^/]+)\/results\/events\/(\d+)\.jsonl$/.exec(path) ?? [];
      const text = ref === 'main' || ref === this.commit ? this.files.get(Number(number)) : undefined;
      if (text === undefined) return response.writeHead(404).end();
      return response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text));
    });
  }

  /** Something happens: the next commit of main tells of it. */
  write(file: number, events: readonly Event[]) {
    this.files.set(
      file,
      (this.files.get(file) ?? '') + events.map((event) => `${eventLine(event)}\n`).join(''),
    );
    this.commit = (BigInt(`0x${this.commit}`) + 1n).toString(16).padStart(40, '0');
  }

  async close() {
    for (const server of this.#servers) server.close().closeAllConnections();
  }

  async #listen(
    name: 'api' | 'raw',
    answer: (path: string, response: ServerResponse) => void,
  ): Promise<string> {
    const server = createServer((request, response) => {
      this.requests[name] += 1;
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader(
        'access-control-expose-headers',
        'x-ratelimit-remaining, x-ratelimit-reset, retry-after',
      );
      const trouble = this.trouble[name];
      if (trouble) trouble(response);
      else answer(request.url!, response);
    });
    this.#servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}
