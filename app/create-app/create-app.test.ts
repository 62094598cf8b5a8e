import { mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nock from 'nock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appCreation } from './create-app.ts';
import { checkFile, keepCredentials } from './credentials-file.ts';

const api = 'https://api.github.test';
let shown: string[] = [];
beforeEach(() => {
  shown = [];
});
afterEach(() => nock.cleanAll());

const APP = {
  id: 7,
  slug: 'descent-test',
  html_url: 'https://github.test/apps/descent-test',
  pem: '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n',
  webhook_secret: 's3cret',
};
const sold = (answer: object = APP) =>
  nock(api).post('/app-manifests/the-code/conversions').reply(201, answer);
const returned = { code: 'the-code', state: 'the-state' };

async function creation(name = 'descent-test') {
  const folder = await mkdtemp(join(tmpdir(), 'descent-app-'));
  const envFile = join(folder, '.env');
  const options = {
    name,
    organisation: null,
    webhookUrl: 'https://bot.test/api/github/webhooks',
    localUrl: 'http://localhost:3001',
    keep: (lines: string[]) => keepCredentials(envFile, lines, (text) => shown.push(text)),
    github: 'https://github.test',
    api,
  };
  return { envFile, ...appCreation(options, 'the-state') };
}

test('the return from GitHub buys the credentials and writes them for the owner alone', async () => {
  const { envFile, finish } = await creation();
  sold();
  expect(await finish(returned)).toBe('https://github.test/apps/descent-test/installations/new');
  const text = await readFile(envFile, 'utf8');
  expect(text).toContain('APP_ID=7\n');
  expect(text).toContain('WEBHOOK_SECRET=s3cret\n');
  expect(text.split('\n')[1]).toMatch(/^PRIVATE_KEY="-----BEGIN RSA PRIVATE KEY-----\\nAAAA/);
  expect((await stat(envFile)).mode & 0o777).toBe(0o600);
});

test('a file with other lines keeps them', async () => {
  const { envFile, finish } = await creation();
  await writeFile(envFile, 'DESCENT_CACHE=/srv/descent', { mode: 0o644 });
  await checkFile(envFile);
  sold();
  await finish(returned);
  expect((await readFile(envFile, 'utf8')).split('\n').slice(0, 2)).toEqual([
    'DESCENT_CACHE=/srv/descent',
    'APP_ID=7',
  ]);
  expect((await stat(envFile)).mode & 0o777).toBe(0o600);
});

test('a file with the credentials of another App is refused before anything is bought', async () => {
  const { envFile } = await creation();
  await writeFile(envFile, 'APP_ID=6\n');
  await expect(checkFile(envFile)).rejects.toThrow('has APP_ID of an App already');
  await expect(checkFile(join(envFile, 'below'))).rejects.toThrow('--out FILE');
});

test('a key that cannot be written is shown, since GitHub gives it once', async () => {
  const { envFile, finish } = await creation();
  await mkdir(envFile);
  sold();
  await finish(returned);
  expect(shown.join()).toContain('APP_ID=7');
  expect(shown.join()).toContain('-----BEGIN RSA PRIVATE KEY-----');
});

test('an answer of another shape is kept as it came', async () => {
  const { envFile, finish } = await creation();
  sold({ ...APP, id: 'seven' });
  await expect(finish(returned)).rejects.toThrow('not what was expected');
  expect(await readFile(envFile, 'utf8')).toContain('BEGIN RSA PRIVATE KEY');
});

test('a return that no form of ours began is refused before GitHub is asked', async () => {
  const { finish } = await creation();
  await expect(finish({ code: 'the-code', state: 'planted' })).rejects.toThrow('start again');
});

test('a name cannot break out of the form', async () => {
  const { form } = await creation('"><script>alert(1)</script>');
  expect(form()).not.toContain('<script>');
});
