import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { bundleAction } from './build.ts';

const dist = join(import.meta.dirname, 'dist');

test('dist/ is what the sources give: after a change run npm run build:action', async () => {
  const wanted = await bundleAction();
  const stale = [];
  for (const [file, text] of Object.entries(wanted)) {
    const present = await readFile(join(dist, file), 'utf8').catch(() => null);
    if (present !== text) stale.push(file);
  }
  expect(stale).toEqual([]);
  expect((await readdir(dist)).sort()).toEqual(Object.keys(wanted).sort());
});

test('every package in the bundle comes with its licence, and none forbids it', async () => {
  const { 'licenses.txt': licenses = '' } = await bundleAction();
  const titles = licenses.split('\n').filter((line, i, all) => /^-+$/.test(all[i + 1] ?? '') && line);
  expect(titles.length).toBeGreaterThan(5);
  for (const title of titles)
    expect(title).toMatch(/ \d+\.\d+\.\d+\S*, (MIT|ISC|Apache-2.0|BSD-\d-Clause|0BSD)$/);
  expect(licenses).not.toContain('carries no licence text');
});

test('on an older Node the action says which runner it needs', async () => {
  const older =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })";
  const args = ['--import', `data:text/javascript,${encodeURIComponent(older)}`, join(dist, 'index.js')];
  const { exitCode, stdout } = await execa(process.execPath, args, { reject: false });
  expect(stdout).toMatch(/^::error::.*runner brings since 2\.329; this one has Node 20\.20\.2/);
  expect(exitCode).toBe(1);
});
