import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPO, Stage } from '../../testing/bot/stage.ts';
import { type User, user } from '../../testing/clone/clone.ts';

/** Clones as people have them: with remotes of their own, forks of other names, and git's rewriting. All join, and send to the right place. */

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.begin(2);
});
afterAll(() => stage?.close());

async function git(agent: User, ...args: string[]): Promise<string> {
  return (await execa('git', args, { cwd: agent.cwd })).stdout;
}

/** A user with a clone of this repository. */
async function arrive(login: string, repository = 'descent/descent') {
  const { token } = await stage.control.user(login);
  const api = new Octokit({ baseUrl: stage.emulator.url, auth: token });
  const folder = join(stage.folder, login);
  const clone = () =>
    execa('git', [
      ...['clone', '--quiet', '--filter=blob:none', '--sparse'],
      ...[`${stage.emulator.url}/${repository}.git`, folder],
    ]).then(() => {
      const env = { GITHUB_TOKEN: token, GITHUB_API_URL: stage.emulator.url };
      return user(folder, join(stage.folder, `cache-${login}`), env);
    });
  return { api, clone };
}

/** Sends an experiment, and says from whose repository it came. */
async function send(agent: User, idea: string): Promise<string | undefined> {
  await git(agent, 'sparse-checkout', 'disable');
  await writeFile(join(agent.cwd, 'train/train.py'), `print(${JSON.stringify(idea)})\n`);
  const said = ['--hypothesis', `Because of ${idea} the loss goes down.`, '--title', idea];
  const { value } = await agent.json('submit', ...said);
  expect(value).toMatchObject({ submitted: true, action: 'opened' });
  const { data } = await stage.onlooker.pulls.get({ ...REPO, pull_number: value.number });
  return data.head.repo?.full_name;
}

test('a fork of another name is the fork', async () => {
  const { api, clone } = await arrive('lyra');
  await api.repos.createFork({ ...REPO, name: 'my-experiments' });
  const lyra = await clone();
  const { value } = await lyra.json('join', '--yes');
  expect(value.fork).toBe('lyra/my-experiments');
  expect(value.remotes).toMatchObject([
    { name: 'origin', repo: 'my-experiments', role: 'fork' },
    { name: 'upstream', owner: 'descent', role: 'home' },
  ]);
  expect(await send(lyra, 'longer warmup')).toBe('lyra/my-experiments');
});

test('remotes keep their part when they are renamed', async () => {
  const mira = await (await arrive('mira')).clone();
  expect((await mira.descent('join', '--yes')).status).toBe(0);
  await git(mira, 'remote', 'rename', 'upstream', 'swarm');
  await git(mira, 'remote', 'rename', 'origin', 'mine');
  const { value } = await mira.json('status', '--fresh');
  expect(value).toMatchObject({ ref: 'swarm/main', mine: { login: 'mira' } });
  expect(await send(mira, 'shorter warmup')).toBe('mira/descent');
  expect((await mira.descent('join')).status).toBe(0);
  expect(await git(mira, 'remote')).toBe('mine\nswarm');
});

test('a clone of the fork gets the repository as upstream, and reads its main', async () => {
  const { api, clone } = await arrive('kito', 'kito/descent');
  await api.repos.createFork(REPO);
  const kito = await clone();
  expect((await kito.descent('join', '--yes')).status).toBe(0);
  expect((await kito.json('status')).value.ref).toBe('upstream/main');
  expect(await send(kito, 'wider heads')).toBe('kito/descent');
});

test('another repository of the same account is no fork; remotes that are there already stay', async () => {
  const { clone } = await arrive('ines');
  const seed = join(stage.folder, 'seed');
  await stage.control.repository({ owner: 'ines', name: 'dotfiles', from: seed });
  const ines = await clone();
  await git(ines, 'remote', 'add', 'files', `${stage.emulator.url}/ines/dotfiles.git`);
  await git(ines, 'remote', 'add', 'upstream', 'https://gitlab.example/swarm/descent.git');
  const refused = await ines.descent('claim', 'deeper');
  expect(refused).toMatchObject({ status: 2, err: expect.stringContaining('is no fork of descent/descent') });
  expect(refused.err).toContain('npx --no descent join');
  expect(await git(ines, 'branch', '--show-current')).toBe('main');

  expect((await ines.descent('join', '--yes')).status).toBe(0);
  expect((await git(ines, 'remote')).split('\n').sort()).toEqual(['files', 'fork', 'origin', 'upstream']);
  expect((await ines.json('status', '--fresh')).value.ref).toBe('origin/main');
  expect(await send(ines, 'deeper')).toBe('ines/descent');
});

test('git’s own rewriting of URLs is followed, and the token goes to the host of GitHub alone', async () => {
  const tara = await (await arrive('tara')).clone();
  await git(tara, 'config', `url.${stage.emulator.url}/.insteadOf`, 'https://github.com/');
  await git(tara, 'remote', 'set-url', 'origin', 'https://tara@github.com/descent/descent/');
  await git(tara, 'config', `url.${stage.emulator.url}/.pushInsteadOf`, 'https://tara@github.com/');
  await git(tara, 'config', '--add', `url.${stage.emulator.url}/.insteadOf`, 'https://tara@github.com/');
  const { status, err } = await tara.descent('join', '--yes');
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(await send(tara, 'another optimizer')).toBe('tara/descent');

  // A fork whose pushes go elsewhere: that host sees no token.
  const heard: string[] = [];
  const { createServer } = await import('node:http');
  const elsewhere = createServer((request, response) => {
    heard.push(String(request.headers.authorization));
    response.writeHead(403).end();
  }).listen(0, 'localhost');
  await new Promise((resolve) => elsewhere.once('listening', resolve));
  const { port } = elsewhere.address() as { port: number };
  await git(tara, 'config', 'remote.origin.pushurl', `http://localhost:${port}/tara/descent.git`);
  await git(tara, 'switch', '--quiet', '--create', 'elsewhere');
  await writeFile(join(tara.cwd, 'train/train.py'), 'print("elsewhere")\n');
  const failed = await tara.descent('submit', '--hypothesis', 'Elsewhere the loss goes down.');
  elsewhere.close();
  expect(failed.err).toContain('git could not push');
  expect(heard).not.toHaveLength(0);
  expect(new Set(heard)).toEqual(new Set(['undefined']));
});
