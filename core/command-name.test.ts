import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { DESCENT } from './command-name.ts';

const ROOT = join(import.meta.dirname, '..');

test('no page and no message calls a stranger’s package, and the command has one name', async () => {
  const pages = ['*.md', '*.txt', '*.yml', '*.ts', '*.mjs', ':!*.test.ts', ':!results', ':!action/dist'];
  const { stdout } = await execa('git', ['ls-files', ...pages], { cwd: ROOT });
  const other = /\bnpx (?:-y |--yes )?descent\b|npm (?:run|exec) descent\b/;
  const found: string[] = [];
  for (const path of stdout.split('\n'))
    if (other.test(await readFile(join(ROOT, path), 'utf8'))) found.push(path);
  expect(found).toEqual([]);
  const { name, bin } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  expect(name).toMatch(/^@[a-z-]+\/descent$/);
  expect(Object.keys(bin)).toEqual([DESCENT.split(' ').at(-1)]);
});
