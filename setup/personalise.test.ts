import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const PAGES = [
  'README.md',
  'AGENTS.md',
  'SECURITY.md',
  'llms.txt',
  'docs',
  '.github/ISSUE_TEMPLATE',
  'setup',
];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-name-'));
  for (const page of PAGES) await cp(join(ROOT, page), join(folder, page), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const run = (...args: string[]) =>
  execa('node', [join(folder, 'setup/personalise.mjs'), ...args], { reject: false });
const page = (path: string) => readFile(join(folder, path), 'utf8');
const nameNow = async () => /Read https:\/\/github\.com\/(\S+) and follow/.exec(await page('README.md'))![1]!;

test('the name stands in every page, and again after a rename', async () => {
  const original = await nameNow();
  for (const [before, name] of [
    [original, 'ada/nano.chat'],
    ['ada/nano.chat', 'lab-7/descent_2'],
  ] as const) {
    const { stdout, exitCode } = await run(name);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('AGENTS.md');
    expect(await nameNow()).toBe(name);
    expect(await page('AGENTS.md')).toContain(`https://github.com/${name}.git descent`);
    expect(await page('.github/ISSUE_TEMPLATE/config.yml')).toContain(`https://github.com/${name}/blob`);
    for (const path of ['README.md', 'AGENTS.md', 'docs/operating.md', 'docs/memory.md'])
      expect(await page(path)).not.toContain(`github.com/${before}`);
  }
  expect((await run('lab-7/descent_2')).stdout).toContain('already');
});

test.each(['', 'descent', 'https://github.com/ada/descent', 'ada/descent/x', 'a b/c'])(
  '%o is refused, and nothing changes',
  async (name) => {
    const before = await page('README.md');
    const { exitCode, stderr } = await run(name);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('is not the name of a repository');
    expect(await page('README.md')).toBe(before);
  },
);
