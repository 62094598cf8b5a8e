import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '@descent-swarm/github-emulator';
import { Control } from '@descent-swarm/github-emulator/control.ts';
import { connect } from '@descent-swarm/github-emulator/machine/listener/registration.ts';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';

const require = createRequire(import.meta.url);
const main = require.resolve('./main.ts');
let emulator: Awaited<ReturnType<typeof startEmulator>>;
let token: string;

beforeAll(async () => {
  emulator = await startEmulator();
  const control = new Control(emulator.url);
  token = (await control.user('descent')).token;
  const from = await mkdtemp(join(tmpdir(), 'descent-runner-'));
  const git = (...args: string[]) => execa('git', ['-C', from, ...args]);
  await git('init', '--quiet', '--initial-branch=main');
  await git(
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@b.c',
    'commit',
    '--quiet',
    '--allow-empty',
    '-m',
    'Begin',
  );
  await control.repository({ owner: 'descent', name: 'descent', from });
  await rm(from, { recursive: true });
});
afterAll(() => emulator.close());

const runner = (args: string[], env: Record<string, string> = {}) =>
  execa(process.execPath, [main, ...args, '--api', emulator.url], {
    env: { REPO: 'descent/descent', GITHUB_TOKEN: token, ...env },
    reject: false,
  });

it('prints a registration for one job, with the name and labels that the maintainer says', async () => {
  const { stdout, stderr } = await runner(['Ada', 'desk', '--track', 'cpu']);
  expect(stderr).toBe('');
  const headers = { authorization: `Bearer ${await connect(stdout)}` };
  const acquired = await fetch(`${emulator.url}/_machine/acquire`, { method: 'POST', headers });
  expect(acquired.status).toBe(204); // known, and no job waits
  const listed = await fetch(`${emulator.url}/repos/descent/descent/actions/runners`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { runners } = (await listed.json()) as { runners: { name: string; labels: { name: string }[] }[] };
  expect(runners.map((one) => one.name)).toEqual(['ada.desk']);
  const labels = runners[0]!.labels.map((one) => one.name);
  expect(labels).toEqual(expect.arrayContaining(['self-hosted', 'descent-cpu', 'owner-ada']));
});

it.each([
  ['a track there is none of', ['ada', 'lab', '--track', 'none'], {}, 'There is no track none'],
  ['a name with a dot for an owner', ['ada.x', 'lab'], {}, 'must be a GitHub login'],
  ['no repository', ['ada', 'lab'], { REPO: 'nothing' }, 'must be OWNER/REPO'],
  ['a token that may not', ['ada', 'lab'], { GITHUB_TOKEN: 'wrong' }, 'Bad credentials'],
])('%s is refused with what to do', async (_, args, env, said) => {
  const { exitCode, stderr, stdout } = await runner(args, env);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(said);
  expect(stdout).toBe('');
});

it('has a help page', async () => {
  const { stdout } = await runner(['--help']);
  expect(stdout).toContain('run.sh --jitconfig');
});
