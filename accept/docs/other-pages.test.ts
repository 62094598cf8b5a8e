import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blocksOf } from './blocks.ts';
import { idleReasons, leftOut } from './other-pages.ts';

const ROOT = join(import.meta.dirname, '../..');

async function commands() {
  const pages = ['README.md', 'docs/operating.md'];
  const read = pages.map(async (name) => blocksOf(name, await readFile(join(ROOT, name), 'utf8')));
  return (await Promise.all(read)).flat(2);
}

test('a command that never ends is left out, under whatever name the program has by now', async () => {
  const servers = (await commands()).filter(({ text }) => /serve\/main|npm start/.test(text));
  expect(servers.length).toBeGreaterThan(0);
  for (const command of servers) expect(leftOut(command), command.text).not.toBeNull();
});

test('no reason to leave a command out has outlived its command', async () => {
  expect(idleReasons(await commands())).toEqual([]);
});
