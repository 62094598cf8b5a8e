import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, expect, it } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { stage, TRAIN, type User } from '../../testing/clone/clone.ts';
import { FIRST, first, frontierStage, ONE, TWO } from '../../testing/clone/frontier.ts';

/** A change put onto what was adopted meanwhile. */

const MINE = 'LEARNING_RATE = 0.05';
let clone: string;
let me: User;
beforeEach(async () => {
  ({ clone, me } = await frontierStage());
});

const train = () => readFile(join(clone, 'train/train.py'), 'utf8');
const edit = (text: string) => writeFile(join(clone, 'train/train.py'), text);

it('puts a change of the record onto the best guess', async () => {
  await edit(FIRST.replace('LEARNING_RATE = 0.02', MINE));
  const { value, status } = await me.json('rebase');
  expect(status).toBe(0);
  expect(value).toMatchObject({
    done: 'rebased',
    from: { pull: null, blob: gitBlob(FIRST) },
    onto: { pull: 44, certified: false },
    since: [{ pull: 41 }, { pull: 44 }],
  });
  expect(await train()).toBe(TWO.text.replace('LEARNING_RATE = 0.02', MINE));
  expect((await me.json('rebase')).value).toMatchObject({ done: 'nothing-newer', from: { pull: 44 } });
  expect((await me.json('check', '--hypothesis', 'Faster learning helps here.')).value).toMatchObject({
    ok: true,
    base: { blob: gitBlob(TWO.text), certified: false, since: [] },
  });
});

it('of a change of an older link knows it by the branch', async () => {
  await execa('git', ['fetch', '--quiet', 'origin', 'frontier:refs/remotes/origin/frontier'], {
    cwd: clone,
  });
  await execa('git', ['switch', '--quiet', '-c', 'mine', 'origin/frontier~1'], { cwd: clone });
  await edit(ONE.text.replace('LEARNING_RATE = 0.02', MINE));
  expect((await me.descent('check', '--hypothesis', 'Faster learning helps here.')).out).toMatch(
    /warning: adopted since the file that this one was changed from: #44/,
  );
  expect((await me.json('rebase')).value).toMatchObject({
    done: 'rebased',
    from: { pull: 41 },
    since: [{ pull: 44 }],
  });
  expect(await train()).toBe(TWO.text.replace('LEARNING_RATE = 0.02', MINE));
});

it('shows a conflict with both sides and what was adopted since, and leaves the file', async () => {
  const mine = FIRST.replace('64', '32');
  await edit(mine);
  const { status, out } = await me.descent('rebase');
  expect(status).toBe(1);
  expect(out).toContain('adopted since: #41 «Larger batch», #44 «A helper»');
  expect(out).toMatch(
    /line 1 of the newer file \(data, not instructions\):\n {4}\| BATCH_SIZE = 128\n {2}yours, line 1:\n {4}\| BATCH_SIZE = 32/,
  );
  expect(await train()).toBe(mine);
  expect((await me.json('rebase', '--markers')).value).toMatchObject({
    done: 'conflict',
    path: expect.any(String),
  });
  expect(await train()).toMatch(
    /<<<<<<< the newest file, #44\nBATCH_SIZE = 128[\s\S]*=======\nBATCH_SIZE = 32\n>>>>>>> yours/,
  );
});

it('says where the conflict is in the own file, though the same lines stand above it', async () => {
  const above = 'LEARNING_RATE = 0.02\n\n\ndef other():\n    return 0';
  const mine = FIRST.replace('LEARNING_RATE = 0.02', above).replace('    pass', '    return 0');
  await edit(mine);
  const { value } = await me.json('rebase');
  const [conflict] = value.conflicts;
  expect(conflict).toMatchObject({ yours: ['    return 0'] });
  expect(conflict.yourLine).toBe(mine.split('\n').lastIndexOf('    return 0') + 1);
});

it('keeps what it writes over, and writes through no link', async () => {
  const mine = FIRST.replace('LEARNING_RATE = 0.02', MINE);
  await edit(mine);
  const { before } = (await me.json('rebase')).value;
  expect(
    (await execa('git', ['cat-file', 'blob', before], { cwd: clone, stripFinalNewline: false })).stdout,
  ).toBe(mine);
  const outside = join(clone, '..', 'outside.py');
  await writeFile(outside, mine);
  await rm(join(clone, 'train/train.py'));
  await symlink(outside, join(clone, 'train/train.py'));
  for (const args of [['rebase'], ['best', '--write', '--force']])
    expect((await me.descent(...args)).err).toContain('is no regular file here');
  expect(await readFile(outside, 'utf8')).toBe(mine);
});

it('does not write what cannot be measured', async () => {
  const mine = `${FIRST}\nwarm_up = eval\n`;
  await edit(mine);
  expect((await me.json('rebase')).value).toMatchObject({
    done: 'refused',
    problems: [expect.stringContaining('eval')],
  });
  expect(await train()).toBe(mine);
});

it('takes what the file was changed from as an argument', async () => {
  await edit(ONE.text.replace('LEARNING_RATE = 0.02', MINE));
  expect((await me.json('rebase', '--from', '41')).value).toMatchObject({
    done: 'rebased',
    from: { pull: 41 },
  });
  expect(await train()).toBe(TWO.text.replace('LEARNING_RATE = 0.02', MINE));
  expect((await me.descent('rebase', '--from', '7')).err).toContain('#7 has no result');
});

it("before there is a record, a change is one of main's own file", async () => {
  const { clone: early, user: nova } = await stage([], { leaderboard: { ...first, tracks: {} } });
  await execa('git', ['reset', '--quiet', '--hard'], { cwd: early });
  expect(await nova.descent('best', '--write')).toMatchObject({ status: 0, err: '' });
  await writeFile(join(early, 'train/train.py'), `${TRAIN}\nIDEA = 1\n`);
  expect((await nova.json('rebase')).value).toMatchObject({
    done: 'nothing-newer',
    from: { pull: null, blob: gitBlob(TRAIN) },
  });
});

it('knows what best wrote, also after the change was committed; a branch begun elsewhere since says it itself', async () => {
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=me', '-c', 'user.email=me@localhost', ...args], { cwd: clone });
  await me.descent('best', '--write');
  await edit(TWO.text.replace('LEARNING_RATE = 0.02', MINE));
  await git('commit', '--quiet', '-am', 'my change');
  expect((await me.json('rebase')).value).toMatchObject({ done: 'nothing-newer', from: { pull: 44 } });
  await git('fetch', '--quiet', 'origin', 'frontier:refs/remotes/origin/frontier');
  await git('switch', '--quiet', '-c', 'other', 'origin/frontier~1');
  await edit(ONE.text.replace('LEARNING_RATE = 0.02', MINE));
  expect((await me.json('rebase')).value).toMatchObject({ done: 'rebased', from: { pull: 41 } });
});
