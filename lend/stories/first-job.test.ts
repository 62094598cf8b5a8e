import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Octokit } from '@octokit/rest';
import { execa } from 'execa';
import { afterEach, expect, test } from 'vitest';
import { parseAvailability } from '../../core/formats/lending/availability.ts';
import type { ClientEvent } from '../../core/formats/lending/client-event.ts';
import { borrowedCache } from '../../testing/borrowed-cache.ts';
import { Stage } from '../../testing/bot/stage.ts';
import { installedToken } from '../../testing/bot/tokens.ts';
import { CONFIG, LENDING } from '../../testing/examples/config.ts';
import { jobOf } from '../../testing/examples/job.ts';
import { quiet, REPO } from '../../testing/town/town.ts';
import type { Around } from '../around.ts';
import { lend } from '../main.ts';
import { parseLendOptions } from '../options.ts';
import { ARCHIVE, ARCHIVE_SHA256, readPin } from '../runner/archive/pin.ts';
import { jobsFolder } from '../runner/place.ts';
import { UNIFORM } from '../runner/testing/programs.ts';

/**
 * An owner lends a machine, from nothing to the first result on main. The bot, the emulator, git, the runner's stand-in, the box,
 * the bundled action, the sandbox and PyTorch are real. A job begins after three seconds, not after three minutes.
 */

const ROOT = join(import.meta.dirname, '../..');
const MINUTE = 60_000;
const AT = { owner: 'ann', repo: 'descent-machine' };

/** What a job checks out, as text. */
async function harnessFiles(): Promise<Record<string, string>> {
  const folders = ['action', 'core', 'runner', 'setup', 'train', 'package.json', 'package-lock.json'];
  const { stdout } = await execa('git', ['-C', ROOT, 'ls-files', '-z', '--', ...folders]);
  const paths = stdout.split('\0').filter((path) => path !== '' && !path.endsWith('.test.ts'));
  const texts = await Promise.all(paths.map((path) => readFile(join(ROOT, path), 'utf8')));
  return Object.fromEntries(paths.map((path, i) => [path, texts[i]!]));
}

let stage: Stage;
afterEach(() => stage?.close());

/** The swarm with its bot, and the computer of its owner `ann`. */
async function open() {
  stage = await Stage.open({
    ...(await harnessFiles()),
    '.github/descent.yml': CONFIG.replace('validation-tokens: 1000', 'validation-tokens: 16384') + LENDING,
    'train/train.py': UNIFORM,
  });
  await stage.startBot();
  const token = await stage.account(AT.owner);
  const home = join(stage.folder, 'home');
  const cache = await borrowedCache(join(stage.folder, 'ann-cache'));
  const archive = await stage.control.runnerArchive(`actions-runner-linux-x64-${readPin().version}.tar.gz`);
  const env = {
    ...{ PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home, DESCENT_CACHE: cache },
    ...{ [ARCHIVE]: archive.url, [ARCHIVE_SHA256]: archive.sha256 },
    DESCENT_SHARED_PROCESSORS: '1', // other tests run beside this one
  };
  const said: string[] = [];
  const told: string[] = [];
  const around: Around = {
    context: {
      ...{ cwd: stage.folder, env, now: () => new Date(), sleep: (ms) => sleep(Math.min(ms, 200)) },
      out: (text) => void said.push(text),
      err: (text) => void told.push(text),
    },
    ...{ api: stage.emulator.url, server: stage.emulator.url },
    swarm: async () => 'descent/descent',
    token: async () => token,
    ...{ ask: null, typed: null, terminal: null },
    listen: () => () => {},
  };
  return {
    env,
    told,
    github: stage.agentOf(AT.owner),
    /** The lines of `--json` so far. */
    events: () =>
      said
        .join('')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as ClientEvent),
    lend: (raw: Record<string, unknown>, change: Partial<Around> = {}) =>
      lend(parseLendOptions({ freeFor: 3, json: true, ...raw }), { ...around, ...change }),
  };
}

/** The owner's one click, as soon as the repository has its files. */
async function click(github: Octokit): Promise<void> {
  for (;;) {
    const { data } = await github.repos.getBranch({ ...AT, branch: 'main' }).catch(() => ({ data: null }));
    if (data?.commit.commit.message.startsWith('Lend this machine')) break;
    await sleep(50);
  }
  await stage.control.install(stage.app.id, [`${AT.owner}/${AT.repo}`]);
}

async function nothingLeft(env: NodeJS.ProcessEnv, github: Octokit): Promise<void> {
  expect(await readdir(jobsFolder(env))).toEqual([]);
  expect((await github.actions.listSelfHostedRunnersForRepo(AT)).data.total_count).toBe(0);
  const { data } = await github.repos.getBranch({ ...AT, branch: 'state' });
  expect(parseAvailability(data.commit.commit.message)).toMatchObject({ status: 'away', nonce: null });
}

test('from nothing to the first result on main, though the repository was renamed between', {
  timeout: 5 * MINUTE,
}, async () => {
  const { env, github, lend, events, told } = await open();
  const [setUp] = await Promise.all([lend({ setup: true, machine: 'desk', tracks: ['cpu'] }), click(github)]);
  expect(setUp).toBe(0);
  expect(events()[0]).toMatchObject({ event: 'set-up', said: expect.stringContaining('lends to cpu') });

  // A new name of the repository is followed. The old one leads to it.
  await github.repos.update({ ...AT, name: 'desk' });
  expect(await lend({ once: true, price: 0.31 })).toBe(0);
  expect(told.join('')).toContain('The repository ann/descent-machine is ann/desk now.');
  const ended = events().find(({ event }) => event === 'ended');
  expect(ended).toMatchObject({ end: 'measured', why: null, totals: { measured: 1, failed: 0 } });

  await stage.settle();
  // Main has one commit more: the result.
  const { data: checks } = await stage.onlooker.checks.listForRef({ ...REPO, ref: 'main~1' });
  expect(checks.check_runs[0]!.output).toMatchObject({
    ...{ title: 'val_bpb 8.0000', summary: expect.stringContaining('`ann.desk` (`ann`)') },
  });
  const { tracks } = await stage.leaderboard();
  expect(tracks.cpu!.incumbent).toMatchObject({ pull: null, valBpb: expect.any(Number) });
  const { data } = await github.actions.listWorkflowRunsForRepo(AT);
  expect(data.workflow_runs).toMatchObject([{ conclusion: 'success', event: 'workflow_dispatch' }]);
  await nothingLeft(env, github);
});

test('a swarm that changed what runs there waits for the owner, at the start and in the middle', {
  timeout: 5 * MINUTE,
}, async () => {
  const { env, github, lend, events, told } = await open();
  await Promise.all([lend({ setup: true, machine: 'desk', tracks: ['cpu'] }), click(github)]);
  await stage.bot!.close(); // from here on the operator's own orders
  stage.bot = null;

  // Main changed since the owner accepted: nothing is lent, and what changed is shown.
  await stage.commit({ 'runner/run.ts': 'steal();\n' });
  const changed = await stage.main();
  await expect(lend({ json: false })).rejects.toMatchObject({
    remedy: expect.stringContaining(`--accept ${changed}`),
  });
  expect(told.join('')).toMatch(/runner\/run\.ts[\s\S]*\+steal\(\);/);
  await expect(lend({ accept: 'f'.repeat(40), json: false })).rejects.toThrow('no commit of the swarm');
  expect(await lend({ accept: changed.slice(0, 12) })).toBe(0);

  // It changes again while the machine is free: the job ends before its first step.
  const hear = Promise.withResolvers<(word: 'stop') => void>();
  const lending = lend(
    {},
    {
      listen: (listener) => {
        hear.resolve(listener);
        return () => {};
      },
    },
  );
  const saw = (is: (event: ClientEvent) => boolean) => until(() => events().some(is));
  await saw((one) => one.event === 'state' && one.state === 'free');
  await stage.commit({ 'action/dist/index.js': 'steal();\n' });
  const again = await stage.main();
  const nonce = '0123456789abcdef0123456789abcdef';
  const operator = quiet(stage.emulator.url, installedToken(stage.emulator, stage.app.id, AT));
  await operator.actions.createWorkflowDispatch({
    ...{ ...AT, workflow_id: 'experiment.yml', ref: 'main' },
    inputs: {
      job: JSON.stringify(jobOf({ nonce, harness: again })),
      labels: JSON.stringify(['self-hosted', `descent-job-${nonce}`]),
      title: `descent #1 explore 1 ${again} ${nonce}`,
    },
  });
  await saw((one) => one.event === 'asks');
  expect(events().find(({ event }) => event === 'asks')).toMatchObject({
    harness: again,
    why: expect.stringContaining('action/dist/index.js'),
  });
  const { data } = await github.actions.listWorkflowRunsForRepo(AT);
  const { jobs } = (await github.actions.listJobsForWorkflowRun({ ...AT, run_id: data.workflow_runs[0]!.id }))
    .data;
  const ran = jobs[0]!.steps?.filter(
    ({ conclusion, name }) => conclusion === 'success' && name !== 'Set up runner',
  );
  expect(ran ?? []).toEqual([]);
  const before = events().length;
  expect(await lend({ accept: again })).toBe(0); // in another terminal
  await until(() =>
    events()
      .slice(before)
      .some((one) => one.event === 'state' && one.state === 'free'),
  );
  (await hear.promise)('stop');
  expect(await lending).toBe(0);
  await nothingLeft(env, github);
});

async function until(is: () => boolean): Promise<void> {
  while (!is()) await sleep(50);
}
