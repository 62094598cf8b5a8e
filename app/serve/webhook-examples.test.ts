import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, createUser, startEmulator } from '@descent-swarm/github-emulator';
import { sign } from '@octokit/webhooks-methods';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serverEnvironment } from './environment.ts';
import { type Running, startServer } from './server.ts';

/** GitHub's own examples of every event, correctly signed, at the real server of a bot that knows none of their repositories. */

type Payload = { action?: string };
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as {
  name: string;
  examples: Payload[];
}[];
const SECRET = 'only for the tests';
let folder: string;
let emulator: Awaited<ReturnType<typeof startEmulator>>;
let server: Running;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-webhooks-'));
  emulator = await startEmulator();
  const { world, url } = emulator;
  const { app, privateKey } = createApp(world, 'descent', createUser(world, 'swarm'), {
    url: null,
    secret: SECRET,
  });
  server = await startServer(
    serverEnvironment({
      APP_ID: String(app.id),
      PRIVATE_KEY: privateKey,
      WEBHOOK_SECRET: SECRET,
      GITHUB_API_URL: url,
      PORT: String(await freePort()),
      SWEEP_MINUTES: '0',
      LOG_LEVEL: 'silent',
      DESCENT_CACHE: folder,
    }),
  );
});
afterAll(async () => {
  await server?.close();
  await emulator?.close();
  await rm(folder, { recursive: true, force: true });
});

async function deliver(name: string, payload: unknown, index: number): Promise<string> {
  const body = JSON.stringify(payload);
  const headers = {
    'content-type': 'application/json',
    'x-github-event': name,
    'x-github-delivery': `example-${index}`,
    'x-hub-signature-256': await sign(SECRET, body),
  };
  const answer = await fetch(`${server.url}/api/github/webhooks`, { method: 'POST', headers, body });
  return `${answer.status} ${await answer.text()}`;
}

it('every example is answered with 200, and the bot lives on', async () => {
  const all = examples.flatMap(({ name, examples: some }) => some.map((payload) => ({ name, payload })));
  expect(all.length).toBeGreaterThan(300);
  const wrong = [];
  for (const [index, { name, payload }] of all.entries()) {
    const said = await deliver(name, payload, index);
    if (!said.startsWith('200 ')) wrong.push(`${name}.${payload.action}: ${said}`);
  }
  expect(wrong).toEqual([]);
  expect(await (await fetch(`${server.url}/ping`)).text()).toBe('PONG');
});

it.each([null, 'text', 7, []])('the signed body %j is refused with 400', async (payload) => {
  expect(await deliver('push', payload, 0)).toMatch(/^400 /);
});

it.each(['__proto__', 'constructor', 'error', '*'])('an event called %s breaks nothing', async (name) => {
  expect(await deliver(name, { action: 'opened' }, 0)).toMatch(/^(200|400) /);
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}
