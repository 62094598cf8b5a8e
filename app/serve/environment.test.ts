import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serverEnvironment, sweepEnvironment } from './environment.ts';

const PEM = generateKeyPairSync('rsa', { modulusLength: 1024 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();
const good = { APP_ID: '12', PRIVATE_KEY: PEM, WEBHOOK_SECRET: 'long enough' };

describe('the environment of the bot', () => {
  it('has defaults for what is not secret', () => {
    expect(serverEnvironment(good)).toEqual({
      APP_ID: 12,
      DESCENT_CACHE: expect.stringMatching(/descent$/),
      PRIVATE_KEY: PEM,
      WEBHOOK_SECRET: 'long enough',
      GITHUB_API_URL: 'https://api.github.com',
      HOST: '127.0.0.1',
      PORT: 3000,
      LOG_LEVEL: 'info',
      SWEEP_MINUTES: 10,
      PAGES_MINUTES: 5,
    });
  });

  it('takes the key in one line, in base64, or from a file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'descent-key-')), 'key.pem');
    writeFileSync(file, PEM);
    const keys = [
      { PRIVATE_KEY: PEM.replaceAll('\n', '\\n') },
      { PRIVATE_KEY: Buffer.from(PEM).toString('base64') },
      { PRIVATE_KEY: '', PRIVATE_KEY_PATH: file },
    ];
    for (const key of keys) expect(serverEnvironment({ ...good, ...key }).PRIVATE_KEY).toBe(PEM);
  });

  it('names the swarms that it serves, where the operator names any', () => {
    expect(serverEnvironment({ ...good, SWARMS: 'Ada/Descent, bob/d' }).SWARMS).toEqual([
      'ada/descent',
      'bob/d',
    ]);
  });

  it.each([
    ['a swarm without its owner', { SWARMS: 'descent' }, 'SWARMS must be OWNER/REPO'],
    ['no App', { APP_ID: undefined }, 'APP_ID is not set'],
    ['an App without number', { APP_ID: 'descent' }, 'APP_ID must be the number'],
    ['no key', { PRIVATE_KEY: '' }, 'PRIVATE_KEY or PRIVATE_KEY_PATH is not set'],
    ['a key that is none', { PRIVATE_KEY: 'garbage' }, 'PRIVATE_KEY is not a private key'],
    ['a key that is not there', { PRIVATE_KEY: '', PRIVATE_KEY_PATH: '/nowhere' }, 'PRIVATE_KEY_PATH'],
    ['no secret', { WEBHOOK_SECRET: '' }, 'WEBHOOK_SECRET is not set'],
    ['a short secret', { WEBHOOK_SECRET: 'abc' }, 'at least 8 characters'],
    ['a port that is none', { PORT: 'http' }, 'PORT must be a port'],
    ['a URL that is none', { GITHUB_API_URL: 'github' }, 'GITHUB_API_URL must be a URL'],
  ])('with %s is refused by name', (_what, change, reason) => {
    expect(() => serverEnvironment({ ...good, ...change })).toThrow(reason);
  });
});

describe('the environment of the sweep', () => {
  it("is the App's credentials, or a workflow's token and repository", () => {
    expect(sweepEnvironment(good)).toMatchObject({ kind: 'app', repository: null });
    expect(sweepEnvironment({ GITHUB_TOKEN: 't', GITHUB_REPOSITORY: 'a/b' })).toMatchObject({
      kind: 'token',
      owner: 'a',
      name: 'b',
    });
    expect(() => sweepEnvironment({ GITHUB_TOKEN: 't' })).toThrow('GITHUB_REPOSITORY is not set');
    expect(() => sweepEnvironment({})).toThrow('Neither APP_ID');
    expect(() => sweepEnvironment({ GITHUB_TOKEN: 't', GITHUB_REPOSITORY: 'a' })).toThrow('OWNER/REPO');
  });
});
