import { sign } from '@octokit/webhooks-methods';
import { pino } from 'pino';
import { Probot } from 'probot';
import { beforeEach, describe, expect, it } from 'vitest';
import { errorForLog } from './log.ts';
import { WEBHOOK_PATH, webhookRoute } from './webhook-route.ts';

const SECRET = 'only for the tests';
let log = '';
let heard: string[] = [];
let clock = 0;
let routes: ReturnType<typeof webhookRoute>;

beforeEach(async () => {
  [log, heard, clock] = ['', [], 0];
  const write = (line: string) => {
    log += line;
  };
  const logger = pino({ level: 'trace', serializers: { err: errorForLog } }, { write });
  const probot = new Probot({
    appId: 1,
    privateKey: 'unused',
    secret: SECRET,
    log: pino({ level: 'silent' }),
  });
  await probot.ready();
  probot.onAny(({ name }) => void heard.push(name));
  routes = webhookRoute({ probot, secret: SECRET, heard: new Set(['push']), log: logger, now: () => clock });
});

async function deliver(body: string, headers: Record<string, string> = {}) {
  const response = await routes.request(WEBHOOK_PATH, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': 'd1',
      'x-hub-signature-256': body === '' ? '' : await sign(SECRET, body),
      ...headers,
    },
  });
  return { status: response.status, said: await response.text() };
}

describe('a delivery', () => {
  it('that is signed is handed over', async () => {
    expect(await deliver('{"zen": "x"}')).toEqual({ status: 200, said: 'ok' });
    expect(heard).toEqual(['push']);
  });

  it.each([
    ['a wrong signature', 'x', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }],
    ['a signature of the old kind', '{}', { 'x-hub-signature-256': '', 'x-hub-signature': 'sha1=00' }],
    ['no signature', '{}', { 'x-hub-signature-256': '' }],
    ['nothing in it', '', {}],
    ['JSON that ends early', '{"a":', {}],
    ['null', 'null', {}],
    ['a text', '"text"', {}],
    ['a list', '[]', {}],
    ['an event that is a name of JavaScript', '{}', { 'x-github-event': '__proto__!' }],
    ['an event called *', '{}', { 'x-github-event': '*' }],
    ['a form', '{}', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['no event', '{}', { 'x-github-event': '' }],
  ])('with %s is refused as the caller’s fault', async (_what, body, headers) => {
    const { status, said } = await deliver(body, headers);
    expect(status).toBe(400);
    expect(JSON.parse(said).error).not.toBe('');
    expect(heard).toEqual([]);
  });

  it('with an event called __proto__ or constructor does no harm', async () => {
    for (const name of ['__proto__', 'constructor', 'error'])
      expect((await deliver('{}', { 'x-github-event': name })).status).toBe(200);
    expect(heard).toEqual([]);
  });

  it('larger than any event heard here is refused before it is read whole', async () => {
    expect((await deliver('x'.repeat(6 * 1024 ** 2), { 'x-hub-signature-256': 'sha256=0' })).status).toBe(
      413,
    );
  });
});

it('unsigned bodies do not fill the log, however many come', async () => {
  const body = JSON.stringify({ secret: 'text of a stranger'.repeat(50_000) });
  for (let i = 0; i < 100; i += 1) await deliver(body, { 'x-hub-signature-256': 'sha256=0' });
  expect(log.length).toBeLessThan(1000);
  expect(log).not.toContain('text of a stranger');
  clock = 61_000;
  await deliver(body, { 'x-hub-signature-256': 'sha256=0' });
  expect(log).toContain('"unsigned":100');
});

it('errors in the log say what happened without what was sent', () => {
  const error = Object.assign(new Error('Unprocessable'), {
    status: 422,
    event: { payload: 'text of a stranger' },
    request: { headers: { authorization: 'token ghs_secret' }, body: 'text of a stranger' },
    response: { data: 'text of a stranger' },
  });
  const shown = JSON.stringify(errorForLog(new AggregateError([error], 'several')));
  expect(shown).toContain('422');
  expect(shown).not.toMatch(/text of a stranger|ghs_secret/);
});
