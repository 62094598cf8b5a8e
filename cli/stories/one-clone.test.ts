import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { REPO, Stage } from '../../testing/bot/stage.ts';
import { type User, user } from '../../testing/clone/clone.ts';

/** One agent in the clone that AGENTS.md prescribes: whatever state its branches and files are in, what is sent is what was meant. */

let stage: Stage;
let nova: User;
let clone: string;

beforeEach(async () => {
  stage = await Stage.open();
  await stage.begin(2);
  nova = await arrive('nova');
  clone = nova.cwd;
});
afterEach(() => stage?.close());

async function arrive(login: string, ...config: string[]): Promise<User> {
  const { token } = await stage.control.user(login);
  const folder = join(stage.folder, login);
  const url = `${stage.emulator.url}/descent/descent.git`;
  await execa('git', ['clone', '--quiet', '--filter=blob:none', '--sparse', ...config, url, folder]);
  await git(folder, 'sparse-checkout', 'set', '--no-cone', '/*', '!/results/experiments/*/');
  const env = { GITHUB_TOKEN: token, GITHUB_API_URL: stage.emulator.url };
  return user(folder, join(stage.folder, `cache-${login}`), env);
}

async function git(cwd: string, ...args: string[]): Promise<string> {
  return (await execa('git', args, { cwd })).stdout;
}

/** A user in another folder of the same clone. */
function at(agent: User, folder: string): User {
  return user(
    join(agent.cwd, folder),
    join(stage.folder, `cache-${folder}`),
    agent.env as Record<string, string>,
  );
}

const edit = (source: string) => writeFile(join(clone, 'train/train.py'), source);
const because = (words: string) => [
  '--hypothesis',
  `Because ${words}, the loss goes down.`,
  '--title',
  words,
];
/** What is measured has this loss, until nothing waits. */
const measured = async (valBpb: number) => {
  while (await stage.measureOn(0, { valBpb }));
};
const joins = async () => expect((await nova.descent('join', '--yes')).status).toBe(0);
/** The first pull request, of a branch that stays checked out. */
const submitted = async (): Promise<number> => {
  await joins();
  await edit('print("first")\n');
  const { value } = await nova.json('submit', ...because('the first'));
  expect(value).toMatchObject({ submitted: true });
  await stage.settle();
  return value.number;
};
const headFile = async (pull: number) => {
  const { data } = await stage.onlooker.pulls.get({ ...REPO, pull_number: pull });
  const file = await stage.onlooker.repos.getContent({
    ...{ owner: data.head.repo!.owner.login, repo: data.head.repo!.name },
    ...{ path: 'train/train.py', ref: data.head.sha },
  });
  const files = await stage.onlooker.pulls.listFiles({ ...REPO, pull_number: pull });
  const text = 'content' in file.data ? Buffer.from(file.data.content, 'base64').toString() : '';
  return { text, changed: files.data.map((one) => one.filename), title: data.title, head: data.head };
};

test('join works in the clone that AGENTS.md prescribes, from a subfolder too', async () => {
  expect(await git(clone, 'remote', '-v')).toContain('[blob:none]'); // the decoration that no parser may trip over
  expect((await at(nova, 'train').descent('join', '--yes')).status).toBe(0);
  const { value } = await nova.json('join');
  expect(value.remotes).toMatchObject([
    { name: 'origin', owner: 'nova', role: 'fork' },
    { name: 'upstream', owner: 'descent', role: 'home' },
  ]);
  expect(JSON.stringify(value)).not.toContain(nova.env.GITHUB_TOKEN);
});

test('submit from a subfolder sends the change, and leaves unfinished files where they are', async () => {
  await joins();
  await edit('print("first")\n');
  await writeFile(join(clone, 'notes.md'), 'mine\n');
  await writeFile(join(clone, '.github/descent.yml'), '# mine\n', { flag: 'a' });
  const { status, value } = await at(nova, 'train').json('submit', ...because('the first'));
  expect(status).toBe(0);
  expect(value).toMatchObject({ submitted: true, action: 'opened', stayed: null });
  expect(value.checked.warnings.join()).toContain('not sent: .github/descent.yml');
  expect(await headFile(value.number)).toMatchObject({
    text: 'print("first")\n',
    changed: ['train/train.py'],
  });
  expect(await git(clone, 'status', '--porcelain')).toBe(' M .github/descent.yml\n?? notes.md');
  expect(await readFile(join(clone, 'notes.md'), 'utf8')).toBe('mine\n');
});

test('a second submit does not touch the open pull request; --update does', async () => {
  const first = await submitted();
  await edit('print("second")\n');
  const refused = await nova.descent('submit', ...because('the second'));
  expect(refused.status).toBe(1);
  expect(refused.err).toContain(`#${first} of the branch`);
  expect(refused.err).toContain('--update');
  expect(await headFile(first)).toMatchObject({ text: 'print("first")\n', title: 'the first' });

  const { status, value } = await nova.json('submit', '--update');
  expect(status).toBe(0);
  expect(value).toMatchObject({ submitted: true, action: 'updated', number: first });
  expect(await headFile(first)).toMatchObject({ text: 'print("second")\n', title: 'the first' });
  expect((await nova.descent('submit', '--update', ...because('the first, again'))).out).toContain(
    'is updated',
  );
  expect(await headFile(first)).toMatchObject({ title: 'the first, again' });
});

test('after the verdict the next pull request begins at main, though the branch of the last is checked out', async () => {
  const first = await submitted();
  await writeFile(join(clone, 'notes.md'), 'mine\n');
  await measured(3);
  expect(await stage.view(first)).toMatchObject({ state: 'closed', labels: ['regressed'] });
  await edit('print("third")\n');
  const { value } = await nova.json('submit', '--fresh', ...because('the third'));
  expect(value).toMatchObject({ action: 'opened' });
  expect(value.number).not.toBe(first);
  const { data } = await stage.onlooker.pulls.listCommits({ ...REPO, pull_number: value.number });
  expect(data).toHaveLength(1);
  expect(data[0]!.parents[0]!.sha).toBe(await stage.main());
  expect(await git(clone, 'branch', '--show-current')).toBe(value.branch);
  expect(await git(clone, 'status', '--porcelain')).toBe('?? notes.md');
});

test('from an old branch, with a file that git must not overwrite, the pull request is right and the clone stays', async () => {
  await submitted();
  await measured(1.5);
  await git(clone, 'switch', '--quiet', 'main');
  await writeFile(join(clone, 'results/leaderboard.json'), 'half done\n');
  await edit('print("fourth")\n');
  const { status, value } = await nova.json('submit', '--fresh', ...because('the fourth'));
  expect(status).toBe(0);
  expect(value.stayed).toContain('leaderboard.json');
  expect(await headFile(value.number)).toMatchObject({
    text: 'print("fourth")\n',
    changed: ['train/train.py'],
  });
  expect(await readFile(join(clone, 'results/leaderboard.json'), 'utf8')).toBe('half done\n');
  expect(await git(clone, 'branch', '--show-current')).toBe('main');
});

test('main’s own file on another track, or none at all: nothing is pushed without a change', async () => {
  await joins();
  await git(clone, 'switch', '--quiet', '--detach', 'upstream/main');
  const { status, value } = await nova.json('submit', ...because('nothing'));
  expect(status).toBe(1);
  expect(value.checked.problems.join()).toContain('nothing is changed');
  expect(await nova.descent('submit', '--update', ...because('nothing'))).toMatchObject({ status: 1 });
});

test('a staged file is named and stops the pull request; so does what is committed beside the file', async () => {
  await joins();
  await writeFile(join(clone, 'notes.md'), 'mine\n');
  await edit('print("fifth")\n');
  await git(clone, 'add', 'notes.md');
  const { status, value } = await nova.json('submit', ...because('the fifth'));
  expect(status).toBe(1);
  expect(value.checked.problems.join()).toContain('`git checkout upstream/main -- PATH`');
  await git(clone, 'reset', '--quiet');
  await writeFile(join(clone, '.github/descent.yml'), '# mine\n', { flag: 'a' });
  await git(clone, 'add', '.github/descent.yml');
  const advice = (await nova.descent('check', ...because('the fifth').slice(0, 2))).out;
  const [, ...words] = /`(git checkout \S+ --) PATH`/.exec(advice)![1]!.split(' ');
  await git(clone, ...words, '.github/descent.yml');
  expect((await nova.descent('check', ...because('the fifth').slice(0, 2))).status).toBe(0);
});

test('a claim from a subfolder, then submit and update; the blob that was checked is the one that is sent', async () => {
  await joins();
  const below = at(nova, 'train');
  await mkdir(below.cwd, { recursive: true });
  const claimed = (await below.json('claim', '--fresh', 'wider heads')).value;
  expect(claimed.claimed).toBe(true);
  expect((await below.json('best', '--write')).value.path).toMatch(/\/train\/train\.py$/);
  await edit('print("wider")\n');
  const { value } = await below.json('submit', ...because('wider heads'));
  expect(value).toMatchObject({ action: 'readied', number: claimed.number });
  expect(value.checked.blob).toBe(gitBlob('print("wider")\n'));
  expect(await headFile(value.number)).toMatchObject({ text: 'print("wider")\n' });
});
