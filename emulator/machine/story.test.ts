import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import type { MachineEvent } from './machine.ts';

/**
 * The real experiment.yml, dispatched by the API, taken by a machine that is a process of its own, measured by the real
 * bundled action in the real sandbox with PyTorch.
 */

/** On the command line of the process that endless.py leaves in another session. */
const LEFT = 'sleep\0' + '86399.25';

const TRAIN = {
  'honest.py': `
import torch
from torch import nn

def train(task):
    torch.manual_seed(task.seed)
    model = network(task)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    tokens = torch.from_numpy(task.tokens[:100_000].astype("int64"))
    for step in range(80):
        at = torch.randint(len(tokens) - 1, (1024,))
        loss = nn.functional.cross_entropy(model(tokens[at]), tokens[at + 1])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        task.log(step=step, loss=loss.item())
    torch.save(model.state_dict(), task.weights)

def load(weights, task):
    model = network(task)
    model.load_state_dict(torch.load(weights, weights_only=True))
    return model

def network(task):
    return nn.Sequential(nn.Embedding(task.vocab_size, 32), nn.Linear(32, task.vocab_size))
`,
  'endless.py': `
import subprocess, time

def train(task):
    subprocess.Popen(["sleep", "86399.25"], start_new_session=True)
    task.log(step=1, loss=1.0)
    time.sleep(600)
`,
  'shouting.py': `
import sys

LINES = "::error::pwned\\n  ::add-path::/evil\\nx ##[add-mask]e\\n::stop-commands::\\n::debug::d\\n"

def train(task):
    print(LINES, flush=True)
    print(LINES, file=sys.stderr, flush=True)
    raise RuntimeError("\\n::error::pwned ##[warning]pwned")
`,
};

let folder: string;
let work: string;
let emulator: Emulator;
let machine: ChildProcess;
let token: string;
const events: MachineEvent[] = [];
const blobs: { [file: string]: string } = {};
let head: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-story-'));
  await chmod(folder, 0o711); // the sandbox's user passes through
  work = join(folder, 'work');
  await mkdir(work);
  await chmod(work, 0o711);
  emulator = await startEmulator({ folder: join(folder, 'github') });
  const source = await makeSource(join(folder, 'source'));
  token = (await stage('users', { login: 'ada' })).token!;
  await stage('repositories', { owner: 'ada', name: 'descent', from: source });
  const made = await stage('machines', {
    name: 'bob.desk',
    owner: 'bob',
    labels: ['self-hosted', 'descent-cpu'],
    repository: 'ada/descent',
  });
  machine = startMachine(made.token!);
});

afterAll(async () => {
  machine.kill('SIGTERM');
  await once(machine, 'exit');
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

/** What of this checkout a measurement needs, with the experiments beside it, as a repository of one commit. */
async function makeSource(source: string): Promise<string> {
  const root = join(import.meta.dirname, '..', '..');
  for (const path of ['.github', 'action', 'runner', 'setup', 'train', 'package.json'])
    await cp(join(root, path), join(source, path), { recursive: true });
  for (const [name, text] of Object.entries(TRAIN)) await writeFile(join(source, 'train', name), text);
  const git = async (...args: string[]) => (await execa('git', ['-C', source, ...args])).stdout;
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '--force', '--all');
  await git('-c', 'user.name=ada', '-c', 'user.email=ada@x', 'commit', '--quiet', '--message', 'Begin');
  head = await git('rev-parse', 'HEAD');
  for (const name of Object.keys(TRAIN)) blobs[name] = await git('rev-parse', `HEAD:train/${name}`);
  return source;
}

function startMachine(machineToken: string) {
  const main = join(import.meta.dirname, 'main.ts');
  const args = [
    '--url',
    emulator.url,
    '--token',
    machineToken,
    '--name',
    'bob.desk',
    '--work',
    work,
    '--json',
  ];
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, TMPDIR: work },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line)));
  return child;
}

type Answer = Partial<{
  token: string;
  status: string;
  conclusion: string;
  workflow_run_id: number;
  artifacts: { name: string; archive_download_url: string }[];
}>;

async function stage(path: string, body: object): Promise<Answer> {
  return ask('POST', `/_emulator/${path}`, body);
}

async function ask(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(emulator.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  return (response.status === 204 ? {} : await response.json()) as Answer;
}

/** @returns the run's id */
async function dispatch(file: string, budgetSeconds: number): Promise<number> {
  const job = {
    schema: 1,
    nonce: '0123456789abcdef0123456789abcdef',
    repository: 'ada/descent',
    pull: 1,
    head,
    blob: blobs[file],
    incumbent: null,
    stage: 'explore',
    ordinal: 1,
    seed: 7,
    track: 'cpu',
    dataset: 'pysource',
    device: 'cpu',
    budgetSeconds,
    scoringSeconds: 120,
    validationTokens: 8192,
    probes: 8,
    threads: 1,
    memoryMiB: 4096,
  };
  const { workflow_run_id } = await ask(
    'POST',
    '/repos/ada/descent/actions/workflows/experiment.yml/dispatches',
    {
      ref: 'main',
      inputs: {
        job: JSON.stringify(job),
        labels: '["self-hosted","descent-cpu"]',
        title: `descent #1 ${file}`,
      },
      return_run_details: true,
    },
  );
  return workflow_run_id!;
}

async function conclusionOf(run: number): Promise<string> {
  const path = `/repos/ada/descent/actions/runs/${run}`;
  await expect
    .poll(async () => (await ask('GET', path)).status, { timeout: 150_000, interval: 300 })
    .toBe('completed');
  return (await ask('GET', path)).conclusion!;
}

async function reportOf(run: number) {
  const { artifacts } = await ask('GET', `/repos/ada/descent/actions/runs/${run}/artifacts`);
  const [artifact] = artifacts!;
  expect(artifact?.name).toBe('report');
  const archive = await fetch(artifact!.archive_download_url, {
    headers: { authorization: `Bearer ${token}` },
  });
  return JSON.parse(strFromU8(unzipSync(new Uint8Array(await archive.arrayBuffer()))['report.json']!));
}

/** Command lines of processes with this story's work folder in them (sandboxes, the action, set-up), or of the one left behind. */
async function workers(): Promise<string[]> {
  const lines = (await readdir('/proc'))
    .filter((name) => /^\d+$/.test(name) && Number(name) !== machine.pid)
    .map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')); // gone meanwhile
  return (await Promise.all(lines)).filter((line) => line.includes(work) || line.startsWith(LEFT));
}

test('a dispatched experiment is measured and reported', { timeout: 180_000 }, async () => {
  const run = await dispatch('honest.py', 60);
  expect(await conclusionOf(run)).toBe('success');
  const report = await reportOf(run);
  expect(report).toMatchObject({ outcome: 'scored', reason: null, sandbox: 'bubblewrap' });
  expect(report.job.blob).toBe(blobs['honest.py']);
  expect(report.valBpb).toBeGreaterThan(1);
  expect(report.valBpb).toBeLessThan(8); // what knowing nothing costs
  expect(report.curve.length).toBe(80);
  const steps = events.filter((event) => event.event === 'step').map((event) => event.conclusion);
  expect(steps).toEqual([null, 'success', null, 'success', null, 'success']);
  expect(events.find((event) => event.event === 'summary')).toMatchObject({
    text: expect.stringContaining(`val_bpb ${report.valBpb.toFixed(6)}`),
  });
  await expect.poll(workers).toEqual([]);
  expect(await readdir(work)).toEqual([]);
});

test('what a stranger prints executes no workflow command', { timeout: 180_000 }, async () => {
  const before = events.length;
  const run = await dispatch('shouting.py', 60);
  expect(await conclusionOf(run)).toBe('success');
  expect(await reportOf(run)).toMatchObject({
    outcome: 'crashed',
    log: expect.stringContaining('::error::pwned'),
  });
  const executed = events.slice(before).filter((event) => event.event === 'command');
  expect(executed.map((event) => event.command.name)).toEqual(['stop-commands']);
});

test('a cancelled run leaves no process and no file', { timeout: 180_000 }, async () => {
  const run = await dispatch('endless.py', 300);
  await expect
    .poll(async () => (await workers()).join('\n'), { timeout: 60_000, interval: 200 })
    .toContain(LEFT);
  await ask('POST', `/repos/ada/descent/actions/runs/${run}/cancel`, {});
  expect(await conclusionOf(run)).toBe('cancelled');
  await expect.poll(workers, { timeout: 10_000 }).toEqual([]);
  await expect.poll(() => readdir(work)).toEqual([]);
  const { artifacts } = await ask('GET', `/repos/ada/descent/actions/runs/${run}/artifacts`);
  expect(artifacts).toEqual([]);
});
