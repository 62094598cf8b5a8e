import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';

const bootstrap = join(dirname(fileURLToPath(import.meta.url)), 'bootstrap.mjs');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-setup-'));
});
afterEach(() => rm(folder, { recursive: true }));

const start = (args: string[], env: Record<string, string> = {}) =>
  execa('node', [bootstrap, ...args], { reject: false, env });

test('is silent when nothing is missing and ends as its command ends', async () => {
  const result = await start(['node', '-e', 'console.log(process.version); process.exit(3)']);
  expect(result.stderr).toBe('');
  expect(result.stdout).toMatch(/^v24\./);
  expect(result.exitCode).toBe(3);
});

test('what cannot be installed is named, with what to do, and the command is not run', async () => {
  const uv = join(folder, 'uv');
  await writeFile(
    uv,
    '#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "no route to the registry" >&2\nexit 2\n',
  );
  await chmod(uv, 0o755);
  const env = { DESCENT_CACHE: join(folder, 'cache'), PATH: `${folder}:${process.env.PATH}` };
  const result = await start(['--only', 'python', 'echo', 'started'], env);
  expect(result.exitCode).toBe(1);
  expect(result.stdout).toBe('');
  expect(result.stderr).toContain('no route to the registry');
  expect(result.stderr).toContain('Check that PyPI can be reached');
});

test('a server gets the npm packages alone: no Python, no data, no sandbox', async () => {
  const cache = join(folder, 'cache');
  const result = await start(['--only', 'node', 'node', '-e', 'console.log("started")'], {
    DESCENT_CACHE: cache,
    PATH: `${folder}:${process.env.PATH}`,
  });
  expect(result).toMatchObject({ exitCode: 0, stdout: 'started', stderr: '' });
  expect(await readdir(cache)).toEqual([]);
});

test('a cache folder that cannot be made is named, with how to choose another', async () => {
  await writeFile(join(folder, 'file'), '');
  const result = await start(['--only', 'python'], { DESCENT_CACHE: join(folder, 'file', 'cache') });
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toContain('export DESCENT_CACHE=');
});

test('an unknown flag is refused', async () => {
  const result = await start(['--everything', 'now']);
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toContain('--everything');
  expect(result.stderr).toContain('--help');
});
