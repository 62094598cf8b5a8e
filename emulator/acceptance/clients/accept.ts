import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { execa } from 'execa';
import { openScene, type Scene } from '../scene.ts';

/** Programs with libraries of others, installed as their users install them, against an emulator of their own. */

export interface CallResult {
  call: string;
  ok: boolean;
  why?: string;
}
export interface ClientResult {
  client: string;
  /** Null where the client cannot be had here; `why` says what is missing. */
  calls: CallResult[] | null;
  why?: string;
}

const HOME = { owner: 'swarm', repo: 'descent' };
const MINUTES = 5 * 60_000;

export async function acceptClients(): Promise<ClientResult[]> {
  const scene = await openScene();
  try {
    await play(scene);
    return [await pyGithub(scene), await goGithub(scene)];
  } finally {
    await scene.close();
  }
}

/** A pull request with a check, and a run with an artifact. */
async function play(scene: Scene): Promise<void> {
  const as = ({ token }: { token: string }) => new Octokit({ auth: token, baseUrl: scene.emulator.url }).rest;
  const [nova, swarm] = [as(scene.nova), as(scene.swarm)];
  await nova.repos.createFork(HOME);
  const fork = { owner: 'nova', repo: 'descent', path: 'train/train.py' };
  const { data: file } = await nova.repos.getContent(fork);
  const { data } = await nova.repos.createOrUpdateFileContents({
    ...fork,
    message: 'A smaller batch',
    content: Buffer.from('BATCH = 32\n').toString('base64'),
    sha: 'sha' in file ? file.sha : '',
  });
  await nova.pulls.create({ ...HOME, title: 'A smaller batch', head: 'nova:main', base: 'main' });
  await scene.check(data.commit.sha!, 'descent', 'success');
  const order = { ...HOME, workflow_id: 'experiment.yml', ref: 'main', inputs: { title: 'measure' } };
  await swarm.actions.createWorkflowDispatch(order);
  for (let tries = 0; tries < 600; tries += 1) {
    const { data: found } = await swarm.actions.listWorkflowRunsForRepo(HOME);
    if (found.workflow_runs[0]?.status === 'completed') return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('the machine of the scene measured nothing');
}

async function pyGithub(scene: Scene): Promise<ClientResult> {
  const venv = join(scene.folder, 'venv');
  const python = join(venv, 'bin', 'python');
  const install = [
    ['python3', '-m', 'venv', venv],
    [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'PyGithub==2.10.0'],
  ];
  const call = [python, join(import.meta.dirname, 'calls.py'), scene.emulator.url, scene.nova.token];
  return client('PyGithub', scene.folder, install, [...call, 'swarm/descent']);
}

async function goGithub(scene: Scene): Promise<ClientResult> {
  const folder = join(scene.folder, 'go');
  await mkdir(folder);
  await copyFile(join(import.meta.dirname, 'calls.go'), join(folder, 'main.go'));
  const install = [
    ['go', 'mod', 'init', 'descent.test/calls'],
    ['go', 'get', 'github.com/google/go-github/v75/github@v75.0.0'],
  ];
  const call = ['go', 'run', '.', scene.emulator.url, scene.nova.token, HOME.owner, HOME.repo];
  return client('go-github', folder, install, call);
}

async function client(
  name: string,
  cwd: string,
  install: string[][],
  [program = '', ...args]: string[],
): Promise<ClientResult> {
  for (const [file = '', ...rest] of install) {
    const done = await execa(file, rest, { cwd, reject: false, all: true, timeout: MINUTES });
    if (done.exitCode === 0) continue;
    const why = `${file} ${rest.join(' ')}: ${done.all || done.shortMessage}`;
    return { client: name, calls: null, why: why.slice(-600) };
  }
  const { stdout, stderr, exitCode } = await execa(program, args, { cwd, reject: false, timeout: MINUTES });
  const calls = stdout.split('\n').flatMap((line) => (line ? [JSON.parse(line) as CallResult] : []));
  if (exitCode !== 0) calls.push({ call: 'the program', ok: false, why: stderr.slice(-600) });
  return { client: name, calls };
}
