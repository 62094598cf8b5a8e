import { chown, mkdir, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, expect, test, vi } from 'vitest';
import { record, scratch, stage, user } from '../../testing/clone/clone.ts';
import { findClone } from './clone.ts';

afterEach(() => vi.unstubAllEnvs());

test('from every folder of a clone the top is the same, by a link to it as well', async () => {
  const { folder, clone } = await stage([record(1)]);
  await mkdir(join(clone, 'train/deep'), { recursive: true });
  await symlink(clone, join(folder, 'link'));
  const top = await findClone(clone);
  expect(top).toEqual({ folder: await realpath(clone), common: join(clone, '.git'), hasFiles: true });
  for (const path of ['train', 'train/deep'])
    expect(await findClone(join(clone, path))).toMatchObject({ folder: top.folder, hasFiles: true });
  expect((await findClone(join(folder, 'link/train'))).folder).toBe(top.folder);
});

test('worktrees of a clone and of a bare repository work; a bare one is read and not changed', async () => {
  const { folder, clone } = await stage([record(1)]);
  const bare = join(folder, 'bare.git');
  await execa('git', ['clone', '--quiet', '--bare', clone, bare]);
  for (const [parent, name] of [
    [clone, 'desk'],
    [bare, 'bench'],
  ] as const) {
    await execa('git', ['worktree', 'add', '--quiet', '--detach', join(folder, name), 'main'], {
      cwd: parent,
    });
    await mkdir(join(folder, name, 'train'), { recursive: true });
    const visitor = user(join(folder, name, 'train'), join(folder, 'cache'));
    expect((await visitor.json('history')).value.total).toBe(1);
  }
  const inside = user(bare, join(folder, 'cache'));
  expect((await inside.json('history')).value.total).toBe(1);
  const checked = await inside.descent('check', '--hypothesis', 'A smaller batch.');
  expect(checked).toMatchObject({ status: 2, err: expect.stringContaining('has no working tree') });
  expect(checked.err).toContain('git worktree add');
});

test('a hook’s GIT_DIR and index do not turn it to another repository', async () => {
  const { clone, user: reader } = await stage([record(1), record(2)]);
  const other = await stage([record(3)]);
  vi.stubEnv('GIT_DIR', join(other.clone, '.git'));
  vi.stubEnv('GIT_WORK_TREE', other.clone);
  vi.stubEnv('GIT_INDEX_FILE', '/nowhere/index');
  expect((await reader.json('history')).value.total).toBe(2);
  expect((await findClone(join(clone))).folder).toBe(await realpath(clone));
  const { err } = await user(await scratch(), await scratch()).descent('status');
  expect(err).toContain('is not inside a git clone');
  expect(err).toContain('GIT_DIR is set and is not read');
});

test.skipIf(process.getuid?.() !== 0)('a clone of another user is named, with what to do', async () => {
  const { clone, user: reader } = await stage([record(1)]);
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  await chown(clone, 64999, 64999);
  await chown(join(clone, '.git'), 64999, 64999);
  const { status, err } = await reader.descent('status');
  expect(status).toBe(2);
  expect(err).toContain('it belongs to another user of this machine');
  expect(err).toContain('git config --global --add safe.directory');
});
