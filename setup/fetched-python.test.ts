import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, expect, test } from 'vitest';
import { cacheFolder } from './paths.mjs';
import { findUv } from './python-environment.mjs';

/** The real uv, which is to fetch a Python that this machine has not, from a server that does not give it. */

const require = createRequire(import.meta.url);

const WANTED = '3.14';

let folder = '';
let server: Server | null = null;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function installFrom(listener: RequestListener | null): Promise<{ status: number; said: string }> {
  folder = await mkdtemp(join(tmpdir(), 'descent-python-'));
  server = createServer(listener ?? (() => {}));
  await new Promise<void>((ready) => server!.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (listener === null) await new Promise((closed) => server!.close(closed));
  await findUv('python3');
  await mkdir(join(folder, '.github'));
  await mkdir(join(folder, 'train'));
  await writeFile(join(folder, '.github/descent.yml'), `tracks:\n  cpu:\n    python: "${WANTED}"\n`);
  await writeFile(join(folder, 'train/uv.lock'), '');
  await mkdir(join(folder, 'cache'));
  if (existsSync(join(cacheFolder(), 'tools')))
    await symlink(join(cacheFolder(), 'tools'), join(folder, 'cache/tools'));
  const script = `
    import { installPython } from ${JSON.stringify(require.resolve('./python-environment.mjs'))};
    installPython(${JSON.stringify(folder)}).catch((error) => {
      console.error(error.message, error.remedy);
      process.exit(error.name === 'Error' && error.remedy ? 1 : 2);
    });`;
  const path = (process.env.PATH ?? '').split(delimiter).filter((one) => !/pyenv|python/.test(one));
  const { exitCode, stderr } = await execa('node', ['--input-type=module', '--eval', script], {
    reject: false,
    env: {
      PATH: path.join(delimiter),
      DESCENT_CACHE: join(folder, 'cache'),
      UV_PYTHON_INSTALL_MIRROR: url,
      UV_HTTP_RETRIES: '0',
    },
  });
  return { status: exitCode ?? -1, said: stderr };
}

test.each<[string, RequestListener | null, string]>([
  ['refuses', null, 'Connection refused'],
  ['has it not', (_, answer) => answer.writeHead(404).end('no'), '404'],
  ['answers a page', (_, answer) => answer.end('<html>Sign in to the network</html>'), 'Invalid gzip header'],
  [
    'breaks off',
    (_, answer) => {
      answer.writeHead(200, { 'content-length': '30000000' }).write(Buffer.alloc(100_000, 1));
      setTimeout(() => answer.destroy(), 50);
    },
    'Failed to',
  ],
])(
  'a server of Pythons that %s: said, with what to do, and nothing half is kept',
  async (_what, listener, why) => {
    const { status, said } = await installFrom(listener);
    expect(status).toBe(1);
    expect(said).toContain(why);
    expect(said).toContain(
      `The system has no Python ${WANTED}, and uv could not fetch it from http://127.0.0.1`,
    );
    expect(said).toContain(`Install python${WANTED}`);
    const kept = await readdir(join(folder, 'cache/pythons'), { recursive: true });
    expect(kept.filter((name) => !/^\.(lock|gitignore|temp)$/.test(name))).toEqual([]);
    expect((await readdir(join(folder, 'cache'))).filter((name) => name.startsWith('python-'))).toEqual([]);
  },
);
