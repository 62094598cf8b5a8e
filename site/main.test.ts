import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NOW_ON } from '../testing/examples/now.ts';
import { historyOf } from './testing/history.ts';
import { makeRepository } from './testing/repository.ts';

/** `npm run site` as people and the workflow run it. */

const require = createRequire(import.meta.url);
const main = require.resolve('./main.ts');
let folder: string;
let repository: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-site-main-'));
  repository = join(folder, 'repository');
  await makeRepository(repository, historyOf(300));
  await execa('git', ['config', 'uploadpack.allowFilter', 'true'], { cwd: repository });
  await execa('git', ['config', 'uploadpack.allowAnySHA1InWant', 'true'], { cwd: repository });
});
afterAll(() => rm(folder, { recursive: true }));

const site = (...args: string[]) => execa('node', [main, ...args], { reject: false, cwd: folder });

it('writes the same files from a clone without the blobs as from a whole one', async () => {
  const partial = join(folder, 'partial');
  await execa('git', [
    'clone',
    '--quiet',
    '--filter=blob:none',
    '--sparse',
    '--depth=1',
    `file://${repository}`,
    partial,
  ]);
  const [whole, sparse] = [join(folder, 'whole-site'), join(folder, 'partial-site')];
  for (const [clone, out] of [
    [repository, whole],
    [partial, sparse],
  ] as const) {
    const { exitCode, stdout } = await site('--clone', clone, '--commit', 'main', '--out', out, '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ out, broken: [], url: null });
  }
  const names = (await readdir(whole, { recursive: true })).toSorted();
  expect((await readdir(sparse, { recursive: true })).toSorted()).toEqual(names);
  for (const name of names.filter((one) => /\.\w+$/.test(one)))
    expect(await readFile(join(sparse, name)), name).toEqual(await readFile(join(whole, name)));
}, 120_000);

it('serves the pages on loopback until it is interrupted', async () => {
  const child = execa('node', [main, '--clone', repository, '--commit', 'main', '--json'], { reject: false });
  let said = '';
  for await (const chunk of child.stdout) {
    said += chunk;
    if (said.includes('\n')) break;
  }
  const { url } = JSON.parse(said) as { url: string };
  expect(await (await fetch(url)).text()).toContain('What happened last');
  expect((await fetch(`${url}../../etc/passwd`)).status).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(405);
  child.kill('SIGINT');
  expect((await child).exitCode).toBe(0);
}, 120_000);

it('refuses what it cannot do, and says how to go on', async () => {
  const full = await mkdtemp(join(folder, 'full-'));
  await writeFile(join(full, 'mine.txt'), 'mine');
  const cases: [string[], string][] = [
    [
      ['--clone', repository, '--commit', 'main', '--out', full],
      'is not empty\nName another folder with --out',
    ],
    [['--clone', repository, '--commit', 'nothing'], 'git knows no commit named nothing'],
    [['--clone', folder], 'is not inside a git clone'],
    [['--repository', 'not a name'], 'It must be OWNER/NAME.'],
    [['--api', 'javascript:alert(1)'], 'It must be an address that begins with'],
    [['--port', '70000'], 'It must be a number from 0 to 65535.'],
  ];
  for (const [args, words] of cases) {
    const { exitCode, stderr } = await site(...args);
    expect(stderr).toContain(words);
    expect(exitCode).not.toBe(0);
  }
  expect(await readdir(full)).toEqual(['mine.txt']);
}, 120_000);

it('shows who is measured when it is given that, and names what is wrong in a file that does not say it', async () => {
  const file = join(folder, 'now.json');
  await writeFile(file, JSON.stringify(NOW_ON('h100')));
  const out = join(folder, 'with-queue');
  const asked = ['--clone', repository, '--commit', 'main', '--queue', file];
  expect(await site(...asked, '--out', out)).toMatchObject({ exitCode: 0 });
  expect(await readFile(join(out, 'tracks/h100/now.html'), 'utf8')).toContain('measured now');
  for (const [text, reason] of [
    ['', 'it is not JSON'],
    [JSON.stringify({ ...NOW_ON('h100'), nonce: 'x' }), 'nonce'],
    [JSON.stringify({ ...NOW_ON('h100'), at: 'noon' }), 'at'],
  ] as const) {
    await writeFile(file, text);
    const { exitCode, stderr } = await site(...asked, '--out', join(folder, 'not-written'));
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(reason) });
  }
}, 120_000);
