import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { expect } from 'vitest';
import { Control } from '../control/client.ts';
import { startEmulator } from '../index.ts';
import type { MachineEvent } from '../machine/machine.ts';

/** For stories of machines: an emulator with the repository ada/descent, and bob's machine as a process of its own. */

const require = createRequire(import.meta.url);

const REPOSITORY = '/repos/ada/descent';

type Answer = Partial<{
  status: string;
  conclusion: string;
  workflow_run_id: number;
  workflow_runs: { conclusion: string | null }[];
  object: { sha: string };
  sha: string;
  content: string;
  number: number;
  merged: boolean;
  state: string;
  artifacts: {
    id: number;
    name: string;
    digest: string;
    size_in_bytes: number;
    archive_download_url: string;
  }[];
}>;

/**
 * @param fill writes the repository's files into a folder
 * @param more labels of the machine, beside its own, and variables that its jobs inherit
 */
export async function openScene(
  fill: (source: string) => Promise<void>,
  more: { labels?: string[]; env?: { [name: string]: string } } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'descent-story-'));
  const [work, source] = [join(folder, 'work'), join(folder, 'source')];
  await mkdir(source);
  await mkdir(work);
  for (const path of [folder, work]) await chmod(path, 0o711); // the sandbox's user passes through
  await fill(source);
  const git = async (...args: string[]) => (await execa('git', ['-C', source, ...args])).stdout;
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '--force', '--all');
  await git('-c', 'user.name=ada', '-c', 'user.email=ada@x', 'commit', '--quiet', '--message', 'Begin');

  const emulator = await startEmulator({ folder: join(folder, 'github') });
  const control = new Control(emulator.url);
  const { token } = await control.user('ada');
  const ask = async (method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(emulator.url + path, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
    return (response.status === 204 ? {} : await response.json()) as Answer;
  };
  await control.repository({ owner: 'ada', name: 'descent', from: source });
  const { token: machineToken } = await control.machine({
    name: 'bob.desk',
    owner: 'bob',
    labels: ['self-hosted', 'descent-cpu', ...(more.labels ?? [])],
    repository: 'ada/descent',
  });
  const { machine, events } = startMachine(emulator.url, machineToken, work, more.env);

  return {
    /** The machine's folder for everything, its temporary folder too. */
    work,
    machine,
    /** What the machine reported so far. */
    events,
    git,
    ask: (method: string, path: string, body?: object) => ask(method, REPOSITORY + path, body),
    /** A text of the repository's API. */
    async read(path: string): Promise<string> {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(emulator.url + REPOSITORY + path, { headers })).text();
    },
    /** @returns the run's id */
    async dispatch(workflow: string, inputs: { [name: string]: string }): Promise<number> {
      const body = { ref: 'main', inputs, return_run_details: true };
      const answer = await ask('POST', `${REPOSITORY}/actions/workflows/${workflow}/dispatches`, body);
      return answer.workflow_run_id!;
    },
    async conclusionOf(run: number): Promise<string> {
      const path = `${REPOSITORY}/actions/runs/${run}`;
      const status = async () => (await ask('GET', path)).status;
      await expect.poll(status, { timeout: 150_000, interval: 300 }).toBe('completed');
      return (await ask('GET', path)).conclusion!;
    },
    async artifactOf(run: number): Promise<Uint8Array> {
      const { artifacts } = await ask('GET', `${REPOSITORY}/actions/runs/${run}/artifacts`);
      const reports = artifacts?.filter(({ name }) => name === 'report') ?? [];
      expect(reports).toHaveLength(1);
      const headers = { authorization: `Bearer ${token}` };
      const archive = await fetch(reports[0]!.archive_download_url, { headers });
      return new Uint8Array(await archive.arrayBuffer());
    },
    async nothingLeft(): Promise<void> {
      await expect.poll(() => readdir(work)).toEqual([]);
    },
    async close(): Promise<void> {
      machine.kill('SIGTERM');
      if (machine.exitCode === null) await once(machine, 'exit');
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type Scene = Awaited<ReturnType<typeof openScene>>;

function startMachine(
  url: string,
  token: string,
  work: string,
  env: { [name: string]: string } = {},
): { machine: ChildProcess; events: MachineEvent[] } {
  const main = require.resolve('../machine/main.ts');
  const args = ['--url', url, '--token', token, '--name', 'bob.desk', '--work', work, '--json'];
  const machine = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, TMPDIR: work, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const events: MachineEvent[] = [];
  createInterface({ input: machine.stdout }).on('line', (line) => events.push(JSON.parse(line)));
  return { machine, events };
}
