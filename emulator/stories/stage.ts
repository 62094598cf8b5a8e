import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { verify } from '@octokit/webhooks-methods';
import { execa } from 'execa';
import { Control } from '../control/client.ts';
import { startEmulator } from '../index.ts';
import { createHonesty } from '../testing/honesty.ts';

/** A stage for stories: an emulator with a small repository `swarm/descent`, an App on it, and people. */

const EXPERIMENT = `name: experiment
run-name: \${{ inputs.title }}
on:
  workflow_dispatch:
    inputs:
      job: { type: string, required: true }
      labels: { type: string, default: '["self-hosted","descent-cpu"]' }
      title: { type: string, required: true }
permissions:
  contents: read
jobs:
  measure:
    runs-on: \${{ fromJSON(inputs.labels) }}
    timeout-minutes: 10
    steps:
      - run: echo measured
`;

const SWEEP = `name: sweep
on: workflow_dispatch
permissions: { checks: write, contents: write, pull-requests: write }
jobs:
  sweep:
    runs-on: ubuntu-latest
    steps: [{ run: "true" }]
`;

const FILES: { [path: string]: string } = {
  'README.md': '# descent\n',
  'train/train.py': 'def train(task):\n    return 1\n',
  'results/leaderboard.json': '{"schema": 1}\n',
  '.github/workflows/experiment.yml': EXPERIMENT,
  '.github/workflows/sweep.yml': SWEEP,
};

interface Heard {
  event: string;
  guid: string;
  signed: boolean;
  payload: { [key: string]: unknown } & { action?: string; installation?: { id: number } };
}

export type Stage = Awaited<ReturnType<typeof setStage>>;

export async function setStage(options: { now?: () => Date } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'descent-story-'));
  const honesty = createHonesty();
  const emulator = await startEmulator({ observe: honesty.observe, ...options });
  const control = new Control(emulator.url);
  const heard: Heard[] = [];
  const hooks = await listen((one) => {
    heard.push(one);
    honesty.delivered(one.event, one.payload);
  });
  const source = join(folder, 'source');
  await writeSource(source);
  const people = new Map<string, { token: string; octokit: Octokit }>();
  for (const login of ['swarm', 'nova', 'orion']) {
    const { token } = await control.user(login);
    people.set(login, { token, octokit: octokitWith({ auth: token }) });
  }
  await control.repository({ owner: 'swarm', name: 'descent', from: source });
  const app = await control.app({
    slug: 'descent-bot',
    repository: 'swarm/descent',
    webhook_url: hooks.url,
    webhook_secret: 'secret',
  });
  const machine = await control.machine({
    name: 'gpu-1',
    owner: 'orion',
    labels: ['descent-cpu', 'ubuntu-latest'],
    repository: 'swarm/descent',
  });

  function octokitWith(rest: ConstructorParameters<typeof Octokit>[0]): Octokit {
    return new Octokit({ baseUrl: emulator.url, log: QUIET, request: { retries: 0 }, ...rest });
  }
  async function ask(method: string, path: string, body?: object | Uint8Array<ArrayBuffer>) {
    const raw = body instanceof Uint8Array;
    const answer = await fetch(`${emulator.url}/_machine/${path}`, {
      method,
      headers: { authorization: `Bearer ${machine.token}` },
      ...(body && { body: raw ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  }
  /** Runs plain git as a user would, with a token in the address. */
  async function git(cwd: string, ...args: string[]): Promise<string> {
    const env = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
    const identity = ['-c', 'user.name=Nova', '-c', 'user.email=nova@example.com'];
    return (await execa('git', [...identity, ...args], { cwd, env })).stdout;
  }
  const person = (login: string) => people.get(login)!;
  return {
    emulator,
    url: emulator.url,
    folder,
    source,
    honesty,
    heard,
    app,
    machine,
    control,
    ask,
    git,
    as: (login: string) => person(login).octokit,
    anonymous: octokitWith({}),
    bot: octokitWith({
      authStrategy: createAppAuth,
      auth: { appId: app.id, privateKey: app.private_key, installationId: app.installation_id },
    }),
    octokitWith,
    remote: (login: string, full: string) =>
      `${emulator.url.replace('//', `//${login}:${person(login).token}@`)}/${full}.git`,
    /** Forks, changes train.py on a branch and opens a pull request, all as that person. */
    async proposal(
      login: string,
      branch: string,
      content: string,
      rest: { title?: string; draft?: boolean } = {},
    ) {
      const octokit = person(login).octokit;
      await octokit.rest.repos.createFork(HOME);
      const clone = join(folder, `${login}-${branch}`);
      await git(
        folder,
        'clone',
        '--quiet',
        '--origin',
        'fork',
        this.remote(login, `${login}/descent`),
        clone,
      );
      await git(clone, 'checkout', '--quiet', '-b', branch);
      await writeFile(join(clone, 'train/train.py'), content);
      await git(clone, 'commit', '--quiet', '-am', 'Change the training');
      await git(clone, 'push', '--quiet', 'fork', branch);
      const { title = 'A better idea', draft = false } = rest;
      const body = 'hypothesis: smaller batches';
      const head = `${login}:${branch}`;
      const { data } = await octokit.rest.pulls.create({ ...HOME, base: 'main', head, title, body, draft });
      return { clone, number: data.number, sha: data.head.sha, data };
    },
    async until<T>(find: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
      for (let tries = 0; tries < 200; tries++) {
        const found = await find();
        if (found !== undefined) return found;
        await new Promise((done) => setTimeout(done, 20));
      }
      throw new Error(`never happened: ${what}`);
    },
    async clear(): Promise<void> {
      await emulator.close();
      await new Promise((done) => hooks.server.close(done));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const HOME = { owner: 'swarm', repo: 'descent' };
const QUIET = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

async function writeSource(source: string): Promise<void> {
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(source, path)), { recursive: true });
    await writeFile(join(source, path), content);
  }
  const git = (...args: string[]) => execa('git', args, { cwd: source });
  await git('init', '--quiet', '--initial-branch=trunk');
  await git('add', '.');
  await git(
    '-c',
    'user.name=Swarm',
    '-c',
    'user.email=swarm@example.com',
    'commit',
    '--quiet',
    '-m',
    'Begin',
  );
}

async function listen(hear: (one: Heard) => void): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const signed = await verify('secret', body, String(request.headers['x-hub-signature-256']));
      const event = String(request.headers['x-github-event']);
      const guid = String(request.headers['x-github-delivery']);
      hear({ event, guid, signed, payload: JSON.parse(body) });
      response.end('ok');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}
