import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { createHttp } from './http.ts';
import type { Exchange } from './stage.ts';
import { endLost } from './world/actions/lost.ts';
import { World } from './world/world.ts';

/** A small GitHub on loopback. */

export { actionsApp, createApp, createToken, createUser } from './world/accounts.ts';
export type { App } from './world/model.ts';

export interface EmulatorOptions {
  /** 0 or left out: any free port. */
  port?: number;
  /** Folder of the git repositories. Default: a new temporary folder, which `close` removes. */
  folder?: string;
  now?: () => Date;
  /** Called after every exchange with the API. */
  observe?: (exchange: Exchange) => void;
}

export interface Emulator {
  /** `http://127.0.0.1:PORT`: the base URL of the API, of GraphQL (`/graphql`) and of git (`/OWNER/NAME.git`). */
  url: string;
  world: World;
  /** Answers an HTTP request without a socket, for another entry to the same world. */
  fetch(request: Request): Response | Promise<Response>;
  close(): Promise<void>;
}

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'descent-emulator-')));
  const world = await World.create(folder, options.now ?? (() => new Date()));
  const { app, stage } = createHttp(world, options.observe);
  // A busy client may leave a connection idle for long and then use it again. Closing it would look like a fault.
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: { keepAliveTimeout: 300_000 } });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve());
  });
  let ended: Promise<void> = Promise.resolve();
  const ending = setInterval(() => {
    ended = ended.then(() => endLost(world)); // one after the other
  }, 500).unref();
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  async function close(): Promise<void> {
    clearInterval(ending);
    await ended;
    await stage.webhooks.close();
    await new Promise<void>((done) => {
      server.close(() => done());
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
    world.close();
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
  }
  return { url: world.url, world, fetch: (request) => app.fetch(request), close };
}
