import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseLendOptions } from './options.ts';
import { findLent, readSettings, settingsPath, writeSettings } from './settings.ts';

/** What an owner asks for, and what the computer remembers of it. */

const MACHINE = {
  ...{ id: 7, repository: 'ann/descent-machine', swarm: 'descent/descent', app: 'descent' },
  ...{ machine: 'desk', tracks: ['cpu'], accepted: 'a'.repeat(40) },
};

let home: string;
let path: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'descent-settings-'));
  path = settingsPath({ HOME: home });
});
afterEach(() => rm(home, { recursive: true }));

test('they are kept in the folder that the system names, for this user alone', async () => {
  expect(path).toBe(join(home, '.config/descent/lend.yml'));
  expect(settingsPath({ HOME: home, XDG_CONFIG_HOME: '/etc/ann' })).toBe('/etc/ann/descent/lend.yml');
  expect(settingsPath({ HOME: home, XDG_CONFIG_HOME: 'relative' })).toBe(path);
  const empty = await readSettings(path);
  expect(empty.machines).toEqual([]);
  await writeSettings(path, { ...empty, price: 0.31, machines: [MACHINE] });
  expect(await readSettings(path)).toEqual({ ...empty, price: 0.31, machines: [MACHINE] });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(dirname(path))).toEqual(['lend.yml']); // no draft is left
});

test.each([
  ['schema: 1\nprice: cheap\n', '`price` is "cheap"'],
  ['schema: 1\nprices: 1\n', 'unknown key `prices`'],
  ['schema: 1\nschema: 1\n', 'write each key once'],
  ['schema: 1\nmachines: [{ id: 1 }]\n', '`machines.0.repository` is missing'],
  ['{', 'not YAML'],
  ['', 'the whole block'],
])('%j is refused, with key, value and fix, and stays as it is', async (text, why) => {
  await writeSettings(path, await readSettings(path));
  await writeFile(path, text);
  await expect(readSettings(path)).rejects.toMatchObject({
    message: expect.stringContaining(why),
    remedy: expect.stringContaining('Fix it'),
  });
  expect(await readFile(path, 'utf8')).toBe(text);
});

test('what cannot be written is said, and what was there stays', async () => {
  await writeSettings(path, { ...(await readSettings(path)), machines: [MACHINE] });
  await writeFile(join(home, 'file'), '');
  const inFile = join(home, 'file', 'lend.yml');
  await expect(writeSettings(inFile, await readSettings(path))).rejects.toMatchObject({
    remedy: expect.stringContaining('XDG_CONFIG_HOME'),
  });
  expect((await readSettings(path)).machines).toEqual([MACHINE]);
});

test('a machine is found by its repository, in any case, or is the only one', async () => {
  const settings = { ...(await readSettings(path)), machines: [MACHINE] };
  expect(findLent(settings, null)).toBe(MACHINE);
  expect(findLent(settings, 'Descent-Machine')).toBe(MACHINE);
  expect(() => findLent(settings, 'other')).toThrow('no machine here has the repository other');
  expect(() => findLent({ ...settings, machines: [] }, null)).toThrow('not set up');
  const two = { ...settings, machines: [MACHINE, { ...MACHINE, id: 8, repository: 'ann/lab' }] };
  expect(() => findLent(two, null)).toThrow('descent-machine, lab');
  expect(findLent(two, 'lab').id).toBe(8);
});

test.each<[Record<string, unknown>, string]>([
  [{ until: '8:00' }, '--until is "8:00": must be a time of day'],
  [{ schedule: 'at night' }, '--schedule is "at night"'],
  [{ schedule: '0 22 * * *' }, 'not how long'],
  [{ price: -1 }, '--price is -1'],
  [{ accept: 'main' }, '--accept is "main": must be a commit'],
  [{ repository: 'ann/desk' }, 'without the owner'],
  [{ machine: 'My Desk' }, '--machine is "My Desk"'],
  [{ tracks: [] }, 'must name a track'],
  [{ setup: true, accepts: ['bids', 'x'] }, '--accepts'],
  [{ accepts: ['bids'] }, 'goes with --setup'],
  [{ when: '' }, 'must be a command'],
  [{ setup: true, once: true }, 'do not go together: set up first'],
  [{ accept: 'a'.repeat(40), follow: true }, 'do not go together'],
])('%j is refused before anything happens', (raw, why) => {
  expect(() => parseLendOptions(raw)).toThrow(why);
});
