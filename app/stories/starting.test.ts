import { generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, expect, it } from 'vitest';
import { Stage } from '../../testing/bot/stage.ts';

const require = createRequire(import.meta.url);

/** What an operator got wrong ends the start, with a line that says what to do. */

let stage: Stage;
afterEach(() => stage.close());

function start(env: Record<string, string>) {
  return execa(process.execPath, [require.resolve('../serve/main.ts')], {
    env: {
      APP_ID: String(stage.app.id),
      PRIVATE_KEY: stage.app.private_key,
      WEBHOOK_SECRET: 'only for the stories',
      GITHUB_API_URL: stage.emulator.url,
      DESCENT_CACHE: join(stage.folder, 'cache'),
      PATH: process.env.PATH,
      ...env,
    },
    extendEnv: false,
    reject: false,
    timeout: 60_000,
  });
}
const otherKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString();

it.each([
  ['a key that is none', () => ({ PRIVATE_KEY: 'garbage' }), 'PRIVATE_KEY'],
  ["another App's key", () => ({ PRIVATE_KEY: otherKey() }), 'APP_ID with PRIVATE_KEY'],
  ['the number of no App', () => ({ APP_ID: '999999' }), 'APP_ID with PRIVATE_KEY'],
])(
  '%s',
  async (_what, env, said) => {
    stage = await Stage.open();
    const { exitCode, stderr } = await start(env());
    expect(exitCode).toBe(1);
    expect(stderr).toContain(said);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  },
  90_000,
);

it('a port that is taken', async () => {
  stage = await Stage.open();
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  const { exitCode, stderr } = await start({ PORT: String(port) });
  other.close();
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`Another program listens there already (HOST 127.0.0.1, PORT ${port})`);
}, 90_000);
