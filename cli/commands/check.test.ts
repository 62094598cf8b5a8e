import { chmod, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import type { ExperimentResult } from '../../core/formats/result.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { record, scratch, stage, TRAIN, user } from '../../testing/clone/clone.ts';
import { writeHistory } from '../../testing/clone/write-history.ts';

const CONFIG = `primary: cpu
tracks:
  cpu:
    runs-on: [self-hosted]
    capacity: 1
    dataset: pysource
    device: cpu
    budget-seconds: 60
    scoring-seconds: 120
    validation-tokens: 1000
    probes: 0
    threads: 1
    memory-mib: 4096
    margin: 0.1
limits: { open-per-author: 3, attempts: 3, lost-after-minutes: 30 }
merge: true
`;
const HALVED = TRAIN.replace('64', '32');
const SAID = ['--hypothesis', 'Halving the batch doubles the number of steps, and we lack steps.'];

/** A clone with main checked out and `train.py` as its author left it. */
async function desk(source: string, results: ExperimentResult[] = [], config = CONFIG) {
  const { clone, user } = await stage(results);
  await writeHistory(clone, { results: [], files: { '.github/descent.yml': config } });
  await execa('git', ['checkout', '--quiet', 'main'], { cwd: clone });
  const train = join(clone, 'train/train.py');
  await writeFile(train, source);
  return { clone, user, train };
}

test('a good pull request passes, and says which blob it is', async () => {
  const { user } = await desk(HALVED);
  const { status, value } = await user.json('check', ...SAID);
  expect(value.problems).toEqual([]);
  expect(value).toMatchObject({ ok: true, blob: gitBlob(HALVED), duplicates: [], similar: [] });
  expect(status).toBe(0);
});

test('what was measured before is answered from the record and costs nothing', async () => {
  const { user } = await desk(HALVED, [
    record(7, { blob: gitBlob(HALVED), verdict: 'regressed', valBpb: 2.3 }),
  ]);
  const { status, out } = await user.descent('check', ...SAID);
  expect(status).toBe(1);
  expect(out).toContain('measured before: #7');
  expect(out).toContain('regressed, val_bpb 2.3000 (+0.3000)');
});

test('a near copy is named with what came of it, and a crash with its reason', async () => {
  const tried = (size: string) =>
    createTwoFilesPatch('train.py', 'train.py', TRAIN, TRAIN.replace('64', size));
  const { user } = await desk(HALVED, [
    record(7, { diff: tried('16'), hypothesis: 'Quarter the batch.', title: 'Quarter batch' }),
    record(8, {
      verdict: 'crashed',
      valBpb: null,
      hypothesis: 'Halving the batch doubles the steps that we lack.',
      reason: { code: 'training-exception', text: 'train.py ended with status 1.' },
      log: 'Traceback (most recent call last):\nAssertionError: batch too small\n',
    }),
    record(9, { diff: tried('64\n# nothing'), hypothesis: 'A cosine schedule.' }),
  ]);
  const { status, out } = await user.descent('check', ...SAID);
  expect(status).toBe(0);
  expect(out).toMatch(/similar: diff \d+ % alike: #7 regressed/);
  expect(out).toMatch(/hypothesis \d+ % alike: #8 crashed.*it failed: «AssertionError: batch too small»/);
  expect(out).not.toContain('#9');
});

test('every problem the bot would name is named at once', async () => {
  const { clone, user, train } = await desk(HALVED);
  await writeFile(join(clone, 'README.md'), 'mine');
  await execa('git', ['add', 'README.md'], { cwd: clone });
  await chmod(train, 0o755);
  const { status, value } = await user.json('check');
  expect(status).toBe(1);
  expect(value.problems).toEqual([
    expect.stringContaining('`README.md`'),
    expect.stringContaining('executable'),
    expect.stringContaining('no hypothesis'),
  ]);
});

test.each<[string, (train: string) => Promise<void>, string]>([
  ['a symbolic link', (train) => rm(train).then(() => symlink('/etc/passwd', train)), 'symbolic link'],
  ['a deleted file', (train) => rm(train), 'is gone'],
  ['an empty file', (train) => writeFile(train, ''), 'empty'],
  ['a binary file', (train) => writeFile(train, 'x\0y'), 'binary'],
  ['a huge file', (train) => writeFile(train, 'x = 1\n'.repeat(20_000)), '64 KiB'],
  ['an untouched file', (train) => writeFile(train, TRAIN), 'nothing is changed'],
])('%s is refused', async (_, damage, words) => {
  const { user, train } = await desk(HALVED);
  await damage(train);
  expect((await user.json('check', ...SAID)).value.problems.join('\n')).toContain(words);
});

test('of several tracks only those where it was not measured count', async () => {
  const config = CONFIG.replace(
    'limits:',
    `${/ {2}cpu:\n(?: {4}.*\n)+/.exec(CONFIG)![0].replace('cpu:', 'small:')}limits:`,
  );
  const { user } = await desk(HALVED, [record(7, { blob: gitBlob(HALVED) })], config);
  const both = await user.json('check', ...SAID, '--track', 'cpu', '--track', 'small');
  expect(both.value).toMatchObject({ ok: true, duplicates: [{ pull: 7, track: 'cpu' }] });
  expect(both.value.description).toContain('track:\n  - cpu\n  - small');
  expect((await user.json('check', ...SAID, '--track', 'cpu')).value.ok).toBe(false);
  const half = await user.json('check', ...SAID, '--track', 'small', '--bid', '0.5');
  expect(half.value.problems.join()).toContain('`bid` is 0.5: a whole number of credits');
  expect(
    (await user.json('check', ...SAID, '--track', 'small', '--bid', '600')).value.problems.join(),
  ).not.toContain('bid');
});

test('in a shallow clone it works, and says what is missing where it cannot', async () => {
  const { clone } = await desk(TRAIN);
  const replaceMain = async (...words: string[]) => {
    const commit = ['-c', 'user.name=t', '-c', 'user.email=t@localhost', 'commit', '--quiet', ...words];
    await execa('git', ['update-ref', '-d', 'HEAD'], { cwd: clone });
    await execa('git', commit, { cwd: clone });
  };
  const folder = await scratch();
  const shallow = join(folder, 'shallow');
  await execa('git', ['clone', '--quiet', '--depth=1', `file://${clone}`, shallow]);
  await writeFile(join(shallow, 'train/train.py'), HALVED);
  const visitor = user(shallow, join(folder, 'cache'));
  expect(await visitor.json('check', ...SAID)).toMatchObject({ status: 0, value: { ok: true } });

  await replaceMain('-m', 'main as it is later');
  await execa('git', ['fetch', '--quiet', '--depth=1', 'origin', '+main:refs/remotes/origin/main'], {
    cwd: shallow,
  });
  const { status, err } = await visitor.descent('check', ...SAID);
  expect(status).toBe(2);
  expect(err).toContain('git fetch --unshallow');

  await writeFile(join(clone, 'train/train.py'), 'print("not the record")\n');
  await replaceMain('-a', '-m', 'main after an edit of the file');
  await execa('git', ['clone', '--quiet', '--depth=1', `file://${clone}`, join(folder, 'other')]);
  const other = user(join(folder, 'other'), join(folder, 'cache'));
  expect((await other.descent('best')).err).toContain('is not in this clone');
});

test('a description from a file is read as the bot reads it', async () => {
  const { clone, user } = await desk(HALVED);
  await writeFile(
    join(clone, 'request.md'),
    '```yaml\nhypothesis: A smaller batch takes more steps.\nexpekt: 1\n```\n',
  );
  expect((await user.json('check', '--description', 'request.md')).value.problems.join()).toContain('expekt');
  expect((await user.descent('check', '--description', 'none.md')).err).toContain('could not read');
  expect((await user.json('check', ...SAID, '--track', 'tpu')).value.problems.join()).toContain(
    'the tracks here are cpu',
  );
});

test('a file that does not compile is warned of, with its line', async () => {
  const { user, train } = await desk(HALVED);
  expect((await user.json('check', ...SAID)).value.warnings).toEqual([]);
  await writeFile(train, `${HALVED}\n\ndef (`);
  expect((await user.descent('check', ...SAID)).out).toMatch(/line 9 of train\/train\.py/);
});

test('the best file does not overwrite what is in no commit', async () => {
  const { clone, user, train } = await desk(HALVED);
  const refused = await user.descent('best', '--write');
  expect(refused).toMatchObject({ status: 1, err: expect.stringContaining('uncommitted changes') });
  expect(await readFile(train, 'utf8')).toBe(HALVED);
  expect((await user.json('best', '--write', '--force')).value.path).toBe(join(clone, 'train/train.py'));
  expect(await readFile(train, 'utf8')).toBe(TRAIN);
  expect((await user.descent('best', '--write')).status).toBe(0);
});
