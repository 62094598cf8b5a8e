import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nock from 'nock';
import { afterEach, expect, test } from 'vitest';
import { appCreation } from './create-app.ts';

const api = 'https://api.github.test';
afterEach(() => nock.cleanAll());

async function creation(name = 'descent-test') {
  const folder = await mkdtemp(join(tmpdir(), 'descent-app-'));
  const envFile = join(folder, '.env');
  const options = {
    name,
    organisation: null,
    webhookUrl: 'https://bot.test/api/github/webhooks',
    localUrl: 'http://localhost:3001',
    envFile,
    github: 'https://github.test',
    api,
  };
  return { envFile, ...appCreation(options, 'the-state') };
}

test('the return from GitHub buys the credentials and writes them for the owner alone', async () => {
  const { envFile, finish } = await creation();
  nock(api).post('/app-manifests/the-code/conversions').reply(201, {
    id: 7,
    slug: 'descent-test',
    html_url: 'https://github.test/apps/descent-test',
    pem: '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n',
    webhook_secret: 's3cret',
  });
  expect(await finish({ code: 'the-code', state: 'the-state' })).toBe(
    'https://github.test/apps/descent-test/installations/new',
  );
  const text = await readFile(envFile, 'utf8');
  expect(text).toContain('APP_ID=7\n');
  expect(text).toContain('WEBHOOK_SECRET=s3cret\n');
  expect(text.split('\n')[1]).toMatch(/^PRIVATE_KEY="-----BEGIN RSA PRIVATE KEY-----\\nAAAA/);
  expect((await stat(envFile)).mode & 0o777).toBe(0o600);
});

test('a return that no form of ours began is refused before GitHub is asked', async () => {
  const { finish } = await creation();
  await expect(finish({ code: 'the-code', state: 'planted' })).rejects.toThrow('start again');
});

test('a name cannot break out of the form', async () => {
  const { form } = await creation('"><script>alert(1)</script>');
  expect(form()).not.toContain('<script>');
});
