import { mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { record, scratch, stage, type User, user } from '../testing/clone/clone.ts';
import { writeHistory } from '../testing/clone/write-history.ts';
import { storePath } from './clone/repository.ts';
import { openMemory } from './memory.ts';

test('an update reads what is new and nothing else', async () => {
  const { clone, user } = await stage([record(1), record(2), record(3)]);
  expect(await updated(user)).toBe(3);
  expect(await updated(user)).toBe(0);
  await writeHistory(clone, { results: [record(4, { hypothesis: 'A cosine schedule.' })] });
  expect(await updated(user)).toBe(1);
  expect((await user.json('search', 'cosine')).value.hits.map((hit: { pull: number }) => hit.pull)).toEqual([
    4,
  ]);
});

test('an insight that is added later is found, and the result is not counted twice', async () => {
  const { clone, user } = await stage([record(1)]);
  expect((await user.json('search', 'gradient')).value.hits).toEqual([]);
  const insight = {
    untrusted: true as const,
    author: 'ada',
    at: '2026-11-10T00:00:00Z',
    text: 'It was gradient noise.',
  };
  await writeHistory(clone, { results: [record(1, { insights: [insight] })] });
  expect((await user.json('search', 'gradient')).value.hits).toMatchObject([{ pull: 1, insights: 1 }]);
  expect((await user.json('history')).value.total).toBe(1);
});

test('a command from a subfolder loses no result, and an index that did is built again', async () => {
  const { folder, clone, user: here } = await stage([record(1)]);
  await here.descent('history');
  await writeHistory(clone, { results: [record(2), record(3)] });
  await mkdir(join(clone, 'train'), { recursive: true });
  const below = user(join(clone, 'train'), join(folder, 'cache'));
  expect((await below.json('history')).value.total).toBe(3);
  {
    // As a command from a subfolder left it: stamped with the commit, and without its records.
    using memory = await openMemory(here);
    memory.store.exec('DELETE FROM experiments WHERE pull > 1');
  }
  await writeHistory(clone, { results: [record(4)] });
  expect((await below.json('history')).value.total).toBe(4);
  const path = await closedIndex(here);
  const store = new DatabaseSync(path);
  store.exec('DELETE FROM experiments; PRAGMA user_version = 2');
  store.close();
  expect((await here.json('history')).value.total).toBe(4);
});

test('a result that is removed is forgotten', async () => {
  const { clone, user } = await stage([record(1), record(2)]);
  await user.descent('status');
  await execa('git', ['checkout', '--quiet', 'main'], { cwd: clone });
  await execa('git', ['rm', '--quiet', '-r', `results/experiments/0/${await nameOf(clone, 2)}`], {
    cwd: clone,
  });
  await execa('git', [...AS, 'commit', '--quiet', '-m', 'forget 2'], { cwd: clone });
  expect((await user.json('history')).value.experiments.map((one: { pull: number }) => one.pull)).toEqual([
    1,
  ]);
});

test('a clone whose old commit is gone is compared file by file', async () => {
  const { user } = await stage([record(1), record(2)]);
  {
    using memory = await openMemory(user);
    memory.store.prepare("UPDATE meta SET value = ? WHERE key = 'commit'").run('0'.repeat(40));
  }
  expect(await updated(user)).toBe(0);
  expect((await user.json('history')).value.total).toBe(2);
});

test('unreadable and newer results are left out, counted and named', async () => {
  const { clone, user } = await stage([record(1)]);
  await writeHistory(clone, {
    results: [],
    files: {
      'results/experiments/0/7-000000000000-cpu.json': '{"schema": 1, "pull": "seven"}',
      'results/experiments/0/8-000000000000-cpu.json': 'not json',
      'results/experiments/0/9-000000000000-cpu.json': '{"schema": 2, "anything": true}',
    },
  });
  const { value, err } = await user.json('status');
  expect(value).toMatchObject({ experiments: 1, skipped: { unreadable: 2, newer: 1 } });
  expect(err).toContain('1 results have a newer schema');
  expect(err).toMatch(/2 results are unreadable.*7-000000000000-cpu\.json: pull/);
});

test.each([
  ['head', 0],
  ['middle', 4096],
])('an index whose %s is broken is built again', async (_, at) => {
  const { user } = await stage(Array.from({ length: 50 }, (_, i) => record(i + 1)));
  const path = await closedIndex(user);
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(200_000, 'this is no page of a database'), 0, null, at);
  await file.close();
  const { value, err } = await user.json('history', '--limit', '1');
  expect(value.total).toBe(50);
  expect(err).toContain('building it again');
});

test('damage that shows only while searching is fixed by the same command', async () => {
  const { user } = await stage(Array.from({ length: 50 }, (_, i) => record(i + 1)));
  const path = await closedIndex(user);
  const store = new DatabaseSync(path, { defensive: false });
  store.exec('DELETE FROM words_data WHERE id > 10');
  store.close();
  const { value, err } = await user.json('search', 'better');
  expect(value.hits).toHaveLength(10);
  expect(err).toContain('building it again');
});

test('an index of another version of this program is built again', async () => {
  const { user } = await stage([record(1)]);
  {
    using memory = await openMemory(user);
    memory.store.exec('PRAGMA user_version = 99');
  }
  expect((await user.json('history')).err).toContain('layout 99');
});

test('two commands at once build one index', async () => {
  const { user } = await stage(Array.from({ length: 200 }, (_, i) => record(i + 1)));
  const totals = await Promise.all([1, 2, 3].map(async () => (await user.json('history')).value.total));
  expect(totals).toEqual([200, 200, 200]);
});

test.each([
  ['shallow', ['--depth=1']],
  ['partial', ['--filter=blob:none', '--sparse']],
])('a %s clone holds the whole memory', async (_, flags) => {
  const { folder, clone } = await stage([record(1), record(2)]);
  await writeHistory(clone, { results: [record(3)] });
  for (const key of ['allowFilter', 'allowAnySHA1InWant'])
    await execa('git', ['config', `uploadpack.${key}`, 'true'], { cwd: clone });
  const other = join(folder, 'other');
  await execa('git', ['clone', '--quiet', ...flags, `file://${clone}`, other]);
  const visitor = user(other, join(folder, 'cache'));
  expect((await visitor.json('history')).value.total).toBe(3);
  await writeHistory(clone, { results: [record(4)] });
  expect((await visitor.json('history')).value.total).toBe(3);
  expect((await visitor.json('history', '--fresh')).value.total).toBe(4);
});

test('outside a clone, without the leaderboard, or with a broken one, the error says what to do', async () => {
  const nowhere = await scratch();
  expect(await user(nowhere, nowhere).descent('status')).toMatchObject({
    status: 2,
    err: expect.stringContaining('is not inside a git clone'),
  });
  const { clone, user: reader } = await stage();
  await writeHistory(clone, {
    results: [],
    files: { 'results/leaderboard.json': '{"schema": 1, "primary": 3}' },
  });
  expect((await reader.descent('status')).err).toMatch(/main: results\/leaderboard\.json: .primary/);
  expect((await reader.json('status')).value.error.what).toContain('primary');
});

test('a missing network is reported, with the way to go on without it', async () => {
  const { clone, user } = await stage([record(1)]);
  await execa('git', ['remote', 'add', 'origin', 'http://127.0.0.1:9/none.git'], { cwd: clone });
  const { status, err } = await user.descent('status', '--fresh');
  expect(status).toBe(2);
  expect(err).toContain('leave out --fresh');
});

async function updated(user: User): Promise<number> {
  using memory = await openMemory(user);
  return memory.updated;
}

async function closedIndex(user: User): Promise<string> {
  using memory = await openMemory(user);
  return storePath(memory.repository, user.env);
}

const AS = ['-c', 'user.name=t', '-c', 'user.email=t@localhost'];

async function nameOf(clone: string, pull: number): Promise<string> {
  const names = await readdir(join(clone, 'results/experiments/0'));
  return names.find((name) => name.startsWith(`${pull}-`))!;
}
