import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmulator } from '@descent-swarm/github-emulator';
import { Control } from '@descent-swarm/github-emulator/control.ts';
import { Octokit } from '@octokit/rest';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Availability, parseAvailability } from '../../core/formats/lending/availability.ts';
import { isRunnerOf } from '../../core/formats/lending/runner-name.ts';
import { installedToken } from '../../testing/bot/tokens.ts';
import { machineFiles, templateBlob } from '../template/files.ts';
import { connectOwner } from './connect.ts';
import { Owner } from './owner.ts';

/** What a client asks of GitHub while it lends, over the emulator. */

const AT = { owner: 'ann', repo: 'descent-machine' };
const QUIET = { debug() {}, info() {}, warn() {}, error() {} };
const FREE: Availability = {
  ...{ schema: 1, at: '2026-11-27T12:00:00.000Z', status: 'free', why: null, until: null, nonce: null },
  ...{ machine: 'desk', tracks: ['cpu'], device: 'processor', driver: null, powerWatts: null },
};

let folder: string;
let emulator: Awaited<ReturnType<typeof startEmulator>>;
let control: Control;
let ann: Octokit;
let bot: Octokit;
let owner: Owner;
let token: string;
const foreign: [number, string][] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-owner-'));
  emulator = await startEmulator();
  control = new Control(emulator.url);
  await control.user('descent');
  token = (await control.user('ann')).token;
  const files = {
    ...(await machineFiles({
      swarm: 'descent/descent',
      machine: 'desk',
      tracks: ['cpu'],
      accepts: ['commons'],
    })),
    '.github/workflows/mine.yml':
      'on: workflow_dispatch\njobs:\n  a:\n    runs-on: [self-hosted]\n    steps: [{ run: "true" }]\n',
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const git = (...args: string[]) =>
    execa('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all', '--force');
  await git('commit', '--quiet', '--message', 'Begin');
  await control.repository({ owner: 'descent', name: 'descent', from: folder });
  const { id } = await control.repository({ owner: 'ann', name: 'descent-machine', from: folder });
  const app = await control.app({ slug: 'descent-swarm', repository: 'descent/descent' });
  await control.install(app.id, ['ann/descent-machine']);
  ann = new Octokit({ baseUrl: emulator.url, auth: token, log: QUIET });
  bot = new Octokit({ baseUrl: emulator.url, auth: installedToken(emulator, app.id, AT), log: QUIET });
  const clock = { now: () => new Date(), sleep: async () => void (await control.faults()) }; // the client waits, and GitHub is well again
  owner = new Owner(
    connectOwner(clock, emulator.url, token),
    {
      place: { id, owner: 'ann', name: 'descent-machine', branch: 'main' },
      ...{ machine: 'desk', app: 'descent-swarm', workflow: await templateBlob() },
    },
    (run, why) => foreign.push([run, why]),
  );
});
afterAll(async () => {
  await emulator.close();
  await rm(folder, { recursive: true });
});
afterEach(async () => {
  await control.faults();
  foreign.length = 0;
  const { data } = await ann.rest.actions.listWorkflowRunsForRepo({ ...AT, status: 'queued' });
  for (const { id } of data.workflow_runs) await owner.cancel(id);
  await owner.forgetAll();
});

let count = 0;
const nonceOf = () => {
  count += 1;
  return `${count}`.padStart(8, '0').padEnd(32, 'f');
};

interface Ordered {
  nonce: string;
  label?: string;
  by?: Octokit;
  title?: string;
  ref?: string;
}

/** @returns the run's number */
async function order({ nonce, by = bot, label = nonce, title, ref = 'main' }: Ordered): Promise<number> {
  const { data } = await by.rest.actions.createWorkflowDispatch({
    ...{ ...AT, workflow_id: 'experiment.yml', ref },
    inputs: {
      job: '{}',
      labels: JSON.stringify(['self-hosted', `descent-job-${label}`]),
      title: title ?? `descent #1 explore 1 abc ${nonce}`,
    },
    return_run_details: true,
  });
  return (data as unknown as { workflow_run_id: number }).workflow_run_id;
}

const state = async () =>
  (await ann.rest.repos.getBranch({ ...AT, branch: 'state' })).data.commit as unknown as {
    sha: string;
    commit: { message: string; tree: { sha: string } };
    parents: unknown[];
  };

const runners = async () =>
  (await ann.rest.actions.listSelfHostedRunnersForRepo(AT)).data.runners.map(({ name }) => name);

test('what it says replaces what it said, in two requests', async () => {
  await owner.say(FREE);
  expect(parseAvailability((await state()).commit.message)).toEqual(FREE);
  const before = (await control.requests()).at(-1)!.n;
  await owner.say({ ...FREE, status: 'away', why: 'its owner is back' });
  const asked = (await control.requests(before)).filter(({ actor }) => actor === 'ann');
  expect(asked.map(({ method }) => method)).toEqual(['POST', 'PATCH']);
  const now = await state();
  expect(parseAvailability(now.commit.message)).toMatchObject({ status: 'away' });
  expect(now.parents).toEqual([]);
  const main = await ann.rest.repos.getBranch({ ...AT, branch: 'main' });
  expect(now.commit.tree.sha).toBe(main.data.commit.commit.tree.sha);
});

test('an answer that got lost is no reason to say nothing', async () => {
  await control.faults({ lostAnswerEvery: 2 });
  await owner.say({ ...FREE, status: 'away', why: 'lost' });
  await control.faults();
  expect(parseAvailability((await state()).commit.message)).toMatchObject({ why: 'lost' });
});

test('a run that the swarm ordered for this machine is seen, and asked about once', async () => {
  const nonce = nonceOf();
  const id = await order({ nonce });
  expect(await owner.queued()).toMatchObject([{ id, nonce, title: `descent #1 explore 1 abc ${nonce}` }]);
  const before = (await control.requests()).at(-1)!.n;
  expect(await owner.queued()).toMatchObject([{ id }]);
  expect((await control.requests(before)).filter(({ actor }) => actor === 'ann')).toHaveLength(1);
  expect(foreign).toEqual([]);
});

test('a run that GitHub lists before it has made its job is looked at again', async () => {
  const nonce = nonceOf();
  const run = emulator.world.runs.get(await order({ nonce }))!;
  const { jobs } = run;
  run.jobs = [];
  expect((await owner.queued()).map((one) => one.nonce)).not.toContain(nonce);
  run.jobs = jobs;
  expect((await owner.queued()).map((one) => one.nonce)).toContain(nonce);
  expect(foreign).toEqual([]);
  await ann.rest.actions.cancelWorkflowRun({ ...AT, run_id: run.id });
});

test('other runs that wait are left alone, and named once', async () => {
  await ann.rest.git.createRef({
    ...AT,
    ref: 'refs/heads/x',
    sha: (await ann.rest.repos.getBranch({ ...AT, branch: 'main' })).data.commit.sha,
  });
  const nonce = nonceOf();
  await bot.rest.actions.createWorkflowDispatch({ ...AT, workflow_id: 'mine.yml', ref: 'main' });
  await order({ nonce, by: ann });
  await order({ nonce, ref: 'x' });
  await order({ nonce, title: 'no job' });
  await order({ nonce, label: nonceOf() });
  expect(await owner.queued()).toEqual([]);
  expect(await owner.queued()).toEqual([]);
  expect(foreign.map(([, why]) => why).sort()).toEqual([
    'it was started by ann, not by descent-swarm[bot]',
    expect.stringContaining('its branch is x'),
    expect.stringContaining('its job asks for'),
    'its title names no job',
    expect.stringContaining('its workflow is .github/workflows/mine.yml'),
  ]);
});

test('a run of an edited workflow is not taken', async () => {
  const path = '.github/workflows/experiment.yml';
  const { data } = await ann.rest.repos.getContent({ ...AT, path });
  const { sha, content } = data as { sha: string; content: string };
  const put = (text: string, of: string) =>
    ann.rest.repos.createOrUpdateFileContents({
      ...{ ...AT, path, sha: of, message: 'Edit' },
      content: Buffer.from(text).toString('base64'),
    });
  const text = Buffer.from(content, 'base64').toString();
  const edited = await put(text.replace('name: Measure', 'name: Steal'), sha);
  await order({ nonce: nonceOf() });
  expect(await owner.queued()).toEqual([]);
  expect(foreign[0]![1]).toContain('is not the one that this client wrote');
  await put(text, edited.data.content!.sha!);
  await order({ nonce: nonceOf() });
  expect(await owner.queued()).toHaveLength(1);
});

test('a runner is registered for one job, and forgotten', async () => {
  const nonce = nonceOf();
  const { jit, runner } = await owner.mint(nonce);
  expect(runner).toBe(`ann.desk.${nonce.slice(0, 8)}`);
  expect(JSON.parse(Buffer.from(jit, 'base64').toString())).toHaveProperty('.runner');
  const { data } = await ann.rest.actions.listSelfHostedRunnersForRepo(AT);
  expect(data.runners[0]!.labels.map(({ name }) => name).sort()).toEqual([
    `descent-job-${nonce}`,
    'self-hosted',
  ]);
  await owner.forget(nonceOf());
  expect(await runners()).toEqual([runner]);
  await owner.forget(nonce);
  await owner.forget(nonce);
  expect(await runners()).toEqual([]);
});

test('after an answer that got lost, no name is used twice and no registration is left over', async () => {
  await control.faults({ lostAnswerEvery: 1 });
  const nonce = nonceOf();
  const { runner } = await owner.mint(nonce);
  expect(runner).toBe(`ann.desk.${nonce.slice(0, 8)}-2`);
  expect(await runners()).toEqual([runner]);
  expect(isRunnerOf(runner, 'Ann', 'desk', nonce)).toBe(true);
  expect(isRunnerOf(runner, 'ann', 'desk', nonceOf())).toBe(false);
  expect(isRunnerOf(`${runner}-2`, 'ann', 'desk', nonce)).toBe(false);
});

test('what a client left that was killed is removed, and no other machine’s', async () => {
  const nonce = nonceOf();
  await owner.mint(nonce);
  const other = { ...AT, name: 'ann.desk2.00000001', runner_group_id: 1, labels: ['x'] };
  await ann.rest.actions.generateRunnerJitconfigForRepo(other);
  expect((await owner.mint(nonce)).runner).toBe(`ann.desk.${nonce.slice(0, 8)}-2`); // a name that is taken
  expect(await owner.forgetAll()).toEqual([`ann.desk.${nonce.slice(0, 8)}-2`]);
  expect(await runners()).toEqual(['ann.desk2.00000001']);
});

test('a run is given back, and giving it back again is no error', async () => {
  const id = await order({ nonce: nonceOf() });
  await owner.cancel(id);
  await owner.cancel(id);
  await owner.cancel(999_999);
  expect(await owner.run(id)).toEqual({ status: 'completed', conclusion: 'cancelled' });
  expect(await owner.queued()).toEqual([]);
});

test('an archived repository is said to be one', async () => {
  await ann.rest.repos.update({ ...AT, archived: true });
  await expect(owner.say(FREE)).rejects.toMatchObject({
    message: expect.stringContaining('archived'),
    remedy: expect.stringContaining('archive'),
  });
  await ann.rest.repos.update({ ...AT, archived: false });
});
