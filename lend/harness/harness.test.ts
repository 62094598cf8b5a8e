import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accept, consent } from './consent.ts';
import { Harness, type Trust } from './harness.ts';

/** A swarm's repository on this disk, and the client's own copy of it. */

let home: string;
let swarm: string;
let harness: Harness;
let trust: Trust;
let accepted: string;

const git = async (...args: string[]) => (await execa('git', ['-C', swarm, ...args])).stdout;

async function put(files: Record<string, string | null>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await rm(join(swarm, path), { recursive: true, force: true });
    if (text === null) continue;
    await mkdir(dirname(join(swarm, path)), { recursive: true });
    await writeFile(join(swarm, path), text);
  }
}

async function commit(files: Record<string, string | null> = {}): Promise<string> {
  await put(files);
  await git('add', '--all', '--force');
  await git('commit', '--quiet', '--allow-empty', '--message', 'A change');
  return git('rev-parse', 'HEAD');
}

/** Main as it would be after this change, fetched by the client. */
async function change(make: () => Promise<unknown>): Promise<string> {
  await git('checkout', '--quiet', '--force', '-B', 'main', accepted);
  await git('clean', '--quiet', '-ffdx');
  await make();
  const made = await commit();
  await harness.fetch();
  return made;
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'descent-harness-'));
  swarm = join(home, 'swarm');
  await mkdir(swarm);
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'swarm');
  await git('config', 'user.email', 'swarm@example.org');
  await git('config', 'uploadpack.allowFilter', 'true');
  await git('config', 'commit.gpgsign', 'false');
  accepted = await commit({
    '.github/workflows/experiment.yml': 'on: workflow_dispatch\n',
    '.github/descent.yml': 'primary: cpu\n',
    'action/dist/index.js': 'measure();\n',
    'action/action.yml': 'runs:\n',
    'runner/run.ts': 'run();\n',
    'core/job.ts': 'job();\n',
    'setup/bootstrap.mjs': 'install();\n',
    'setup/python.mjs': 'python();\n',
    'train/train.py': 'loss = 2\n',
    'train/harness.py': 'serve()\n',
    'train/harness_test.py': 'assert True\n',
    'train/prepare.py': 'data()\n',
    'train/datasets/pysource.py': 'text()\n',
    'train/uv.lock': 'torch\n',
    'train/pyproject.toml': '[project]\n',
    'package.json': '{}\n',
    'package-lock.json': '{}\n',
    'app/decide.ts': 'decide();\n',
    'docs/design.md': '# Design\n',
    'README.md': '# Descent\n',
    'results/leaderboard.json': '{}\n',
  });
  trust = { follow: false, accepted };
  harness = new Harness(join(home, 'cache'), `file://${swarm}`, 'Descent/descent');
  await harness.fetch();
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe('runs without a question', () => {
  test.each<[string, Record<string, string | null>]>([
    [
      'a new record and its result',
      { 'train/train.py': 'loss = 1\n', 'results/experiments/1/cpu.json': '{}\n' },
    ],
    ['another bot', { 'app/decide.ts': 'better();\n', 'app/say/new.ts': 'say();\n' }],
    ['other pages', { 'docs/design.md': '# New\n', 'README.md': null, 'train/README.md': 'new\n' }],
    ['a test of the harness', { 'train/harness_test.py': 'assert 1\n', 'train/datasets/new_test.py': '1\n' }],
    ['a new folder for a site', { 'site/index.html': '<p>\n', 'site/plot.ts': 'plot();\n' }],
  ])('%s', async (_, files) => {
    const made = await change(() => put(files));
    expect(await harness.judge(trust, made)).toEqual({ ok: true });
  });

  test('a change that was taken back', async () => {
    const bad = await change(() => put({ 'runner/run.ts': 'steal();\n' }));
    const back = await commit({ 'runner/run.ts': 'run();\n' });
    await harness.fetch();
    expect(await harness.judge(trust, back)).toEqual({ ok: true });
    expect(await harness.judge(trust, bad)).toMatchObject({ kind: 'changed', paths: ['runner/run.ts'] });
  });
});

describe('asks the owner', () => {
  test.each<[string, string, Record<string, string | null>]>([
    [
      'the workflow',
      '.github/workflows/experiment.yml',
      { '.github/workflows/experiment.yml': 'on: push\n' },
    ],
    ['another workflow', '.github/workflows/x.yml', { '.github/workflows/x.yml': 'on: push\n' }],
    ['the tracks', '.github/descent.yml', { '.github/descent.yml': 'primary: h100\n' }],
    ['the bundle alone', 'action/dist/index.js', { 'action/dist/index.js': 'steal();\n' }],
    ['the runner', 'runner/run.ts', { 'runner/run.ts': 'steal();\n' }],
    ['a removed file', 'core/job.ts', { 'core/job.ts': null }],
    ['a new file', 'setup/new.mjs', { 'setup/new.mjs': 'steal();\n' }],
    ['the harness', 'train/harness.py', { 'train/harness.py': 'steal()\n' }],
    ['a data set', 'train/datasets/pysource.py', { 'train/datasets/pysource.py': 'steal()\n' }],
    ['Python packages', 'train/uv.lock', { 'train/uv.lock': 'evil\n' }],
    ['how they are built', 'train/pyproject.toml', { 'train/pyproject.toml': '[build-system]\n' }],
    ['npm packages', 'package-lock.json', { 'package-lock.json': '{"evil":1}\n' }],
    ['npm scripts', 'package.json', { 'package.json': '{"scripts":{}}\n' }],
    ['npm scripts of a workspace', 'emulator/package.json', { 'emulator/package.json': '{}\n' }],
    ['packages in the checkout', 'app/node_modules/a/index.js', { 'app/node_modules/a/index.js': '1\n' }],
    ['another registry', '.npmrc', { '.npmrc': 'registry=evil\n' }],
    ['filters of git', '.gitattributes', { '.gitattributes': '* filter=x\n' }],
    ['git in a folder', 'docs/.gitattributes', { 'docs/.gitattributes': '* text\n' }],
    ['submodules', '.gitmodules', { '.gitmodules': '[submodule "x"]\n' }],
    ['a module beside the harness', 'train/json.py', { 'train/json.py': 'steal()\n' }],
    ['a package beside the harness', 'train/numpy/__init__.py', { 'train/numpy/__init__.py': '1\n' }],
    ['a module where pip starts', 'pip/__main__.py', { 'pip/__main__.py': 'steal()\n' }],
    ['another spelling', 'Action/dist/index.js', { 'Action/dist/index.js': 'steal();\n' }],
    ['another spelling in Unicode', 'ａction/index.js', { 'ａction/index.js': 'steal();\n' }],
    ['settings of uv', 'uv.toml', { 'uv.toml': 'index-url = 1\n' }],
  ])('%s', async (_, path, files) => {
    const made = await change(() => put(files));
    const verdict = await harness.judge(trust, made);
    expect(verdict).toMatchObject({ ok: false, kind: 'changed', paths: [path] });
    expect(await harness.diff(accepted, made)).toContain(path.startsWith('ａ') ? 'index.js' : path);
  });

  test('a file that moved out of a protected folder, byte for byte', async () => {
    const made = await change(() => git('mv', 'runner/run.ts', 'app/run.ts'));
    expect(await harness.judge(trust, made)).toMatchObject({ paths: ['runner/run.ts'] });
  });

  test('a mode alone', async () => {
    const made = await change(() =>
      git('update-index', '--chmod=+x', 'setup/bootstrap.mjs').then(() => git('commit', '-qm', 'x')),
    );
    await git('reset', '--quiet', '--hard', made);
    expect((await git('diff-tree', '-r', accepted, 'HEAD~1')).includes('100755')).toBe(true);
    expect(await harness.judge(trust, await git('rev-parse', 'HEAD~1'))).toMatchObject({
      paths: ['setup/bootstrap.mjs'],
    });
  });

  test('a link, wherever it is, and a folder that became one', async () => {
    const link = await change(() => symlink('../runner', join(swarm, 'docs/runner')));
    expect(await harness.judge(trust, link)).toMatchObject({ paths: ['docs/runner'] });
    const folder = await change(async () => {
      await put({ train: null });
      await symlink('elsewhere', join(swarm, 'train'));
    });
    expect(await harness.judge(trust, folder)).toMatchObject({
      paths: expect.arrayContaining(['train', 'train/harness.py']),
    });
  });

  test('a submodule', async () => {
    const made = await change(() =>
      git('update-index', '--add', '--cacheinfo', `160000,${accepted},docs/sub`).then(() =>
        git('commit', '-qm', 'x'),
      ),
    );
    expect(await harness.judge(trust, (await git('rev-parse', `${made}~1`)).trim())).toMatchObject({
      paths: ['docs/sub'],
    });
  });

  test('a merge that brings another history in: its tree counts, not its message', async () => {
    const made = await change(async () => {
      await git('checkout', '--quiet', '--orphan', 'foreign');
      const foreign = await commit({ 'runner/run.ts': 'steal();\n' });
      await git('checkout', '--quiet', '--force', 'main');
      await git(
        'merge',
        '--quiet',
        '--allow-unrelated-histories',
        '--strategy-option=theirs',
        '--message=m',
        foreign,
      );
    });
    expect(await harness.judge(trust, made)).toMatchObject({ paths: ['runner/run.ts'] });
    // The foreign commit is on main now, and does not descend from what was accepted.
    const foreign = await git('rev-parse', 'foreign');
    expect(await harness.judge(trust, foreign)).toMatchObject({ kind: 'unknown' });
    await git('branch', '--quiet', '-D', 'foreign');
  });
});

describe('refuses', () => {
  test('a commit that is not on main, is no commit, or is older than the accepted one', async () => {
    const later = await change(() => put({ 'README.md': 'later\n' }));
    expect(await harness.judge({ follow: false, accepted: later }, accepted)).toMatchObject({
      kind: 'unknown',
    });
    expect(await harness.judge(trust, 'f'.repeat(40))).toMatchObject({ kind: 'unknown' });
    const tree = await git('rev-parse', `${later}^{tree}`);
    expect(await harness.judge(trust, tree)).toMatchObject({ kind: 'unknown' });
    await git('checkout', '--quiet', '-b', 'aside', accepted);
    const aside = await commit({ 'README.md': 'aside\n' });
    await git('checkout', '--quiet', 'main');
    await harness.fetch();
    expect(await harness.judge(trust, aside)).toMatchObject({ kind: 'unknown' });
    await expect(harness.onMain(aside)).rejects.toThrow('no commit');
  });

  test('all, when main was rewritten so that it does not have the accepted commit', async () => {
    const lone = await change(async () => {
      await git('checkout', '--quiet', '--orphan', 'new');
      await commit();
      await git('branch', '--quiet', '-M', 'new', 'main');
    });
    expect(await harness.judge(trust, lone)).toMatchObject({ kind: 'unknown' });
  });
});

test('--follow takes every commit of main, and no other', async () => {
  const made = await change(() => put({ 'runner/run.ts': 'new();\n' }));
  expect(await harness.judge({ follow: true }, made)).toEqual({ ok: true });
  expect(await harness.judge({ follow: true }, 'f'.repeat(40))).toMatchObject({ ok: false });
  expect(await harness.head()).toBe(made);
});

test.each<[string, Trust['follow'], () => Promise<unknown>]>([
  ['an owner who accepts commits', false, async () => {}],
  ['an owner who follows main', true, async () => {}],
  [
    'one who follows, where a merge brings the old history in from the side',
    true,
    () => git('merge', '-qm', 'm', 'old'),
  ],
])('main that was written again is refused: %s', async (_, follow, hide) => {
  const mine = new Harness(await mkdtemp(join(home, 'seen-')), `file://${swarm}`, 'Descent/descent');
  const trusts: Trust = follow ? { follow } : trust;
  const owner = { show: () => {}, ask: null };
  const seen = await change(() => put({ 'results/leaderboard.json': '{"a":1}\n' }));
  await consent(mine, trusts, owner);
  await commit({ 'README.md': 'more\n' });
  await consent(mine, trusts, owner);
  await git('branch', '--quiet', '--force', 'old');
  const again = await change(async () => {
    await commit({ 'docs/design.md': 'again\n' });
    await hide();
  });
  await expect(consent(mine, trusts, owner)).rejects.toThrow('its history was written again');
  expect(await mine.judge(trusts, again)).toMatchObject({ kind: 'rewritten' });
  await accept(mine, seen, again, () => {});
  expect(await mine.judge(trusts, again)).toEqual({ ok: true });
});

test('an abbreviation is accepted as the commit of main that it names', async () => {
  const made = await change(() => put({ 'runner/run.ts': 'other();\n' }));
  expect(await harness.onMain(made.slice(0, 10))).toBe(made);
  await expect(harness.onMain('0000000')).rejects.toThrow('no commit');
});

test('what is shown for acceptance hides no line and moves no cursor', async () => {
  const conceal = '\u001b[8m';
  const made = await change(() =>
    put({ 'setup/bootstrap.mjs': '// \0\nsteal();\n', [`.github/${conceal}`]: 'x\n' }),
  );
  const shown: string[] = [];
  const owner = { show: (text: string) => shown.push(text), ask: async () => false };
  await expect(consent(harness, trust, owner)).rejects.toThrow(made);
  const text = shown.join('');
  expect(text).toContain('+steal();');
  expect(text).not.toContain('\u001b');
});

test('a copy that was broken is made anew', async () => {
  const made = await change(() => put({ 'README.md': 'new\n' }));
  const copy = join(home, 'cache/lend/descent+descent.git');
  await rm(join(copy, 'objects'), { recursive: true });
  await mkdir(join(copy, 'objects'));
  await harness.fetch();
  expect(await harness.judge(trust, made)).toEqual({ ok: true });
});

test('without a network it says what to do', async () => {
  const lost = new Harness(join(home, 'other'), `file://${home}/nothing`, 'a/b');
  await expect(lost.fetch()).rejects.toMatchObject({ remedy: expect.stringContaining('network') });
});
