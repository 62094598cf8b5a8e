import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRunner, unpackRunner } from '../testing/runner.ts';
import { type Stage, setStage } from './stage.ts';

/** Runners for one job in a user's own repository: minted, connected, lost. */

const WORKFLOW = `
on:
  workflow_dispatch:
    inputs:
      job: { type: string, required: true }
      labels: { type: string, required: true }
permissions: { contents: read }
jobs:
  measure:
    runs-on: \${{ fromJSON(inputs.labels) }}
    steps:
      - run: echo "token=$DESCENT_YIELD actor=$GITHUB_ACTOR hook=$FROM_HOOK"; echo $$ > began; \${{ inputs.job }}
        env: { BASH_ENV: "" }
      - if: always()
        run: echo always
`;
const MINUTE = 60_000;
const AT = { owner: 'nova', repo: 'machine' };

let stage: Stage;
let folder: string;
let late = 0;
beforeAll(async () => {
  stage = await setStage({ now: () => new Date(Date.now() + late) });
  const source = join(stage.folder, 'machine');
  const file = join(source, '.github/workflows/experiment.yml');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, WORKFLOW);
  await execa('git', ['init', '--quiet', '--initial-branch=main', source]);
  await stage.git(source, 'add', '.');
  await stage.git(source, 'commit', '--quiet', '-m', 'Begin');
  await stage.control.repository({ owner: 'nova', name: 'machine', from: source });
  await stage.control.install(stage.app.id, ['nova/machine']);
}, 60_000);
afterAll(async () => {
  expect(stage.honesty.violations).toEqual([]);
  await stage.clear();
});

let count = 0;
const label = () => `descent-job-${++count}`;
const mint = async (labels: string[], name = `nova.desk.${labels.at(-1)}`, login = 'nova') =>
  (
    await stage
      .as(login)
      .rest.actions.generateRunnerJitconfigForRepo({ ...AT, name, labels, runner_group_id: 1 })
  ).data;
const dispatch = async (labels: string[], job: string) => {
  const inputs = { labels: JSON.stringify(labels), job };
  const wanted = { ...AT, workflow_id: 'experiment.yml', ref: 'main', inputs, return_run_details: true };
  const { data } = await stage.as('nova').rest.actions.createWorkflowDispatch(wanted);
  return (data as unknown as { workflow_run_id: number }).workflow_run_id;
};
const run = async (id: number) =>
  (await stage.as('nova').rest.actions.getWorkflowRun({ ...AT, run_id: id })).data;
const jobOf = async (id: number) =>
  (await stage.as('nova').rest.actions.listJobsForWorkflowRun({ ...AT, run_id: id })).data.jobs[0]!;
const logOf = async (id: number) => {
  const { id: job } = await jobOf(id);
  const answer = await stage.as('nova').rest.actions.downloadJobLogsForWorkflowRun({ ...AT, job_id: job });
  return String(answer.data);
};
const ended = (id: number) =>
  stage.until(async () => {
    const { status, conclusion } = await run(id);
    return status === 'completed' ? conclusion : undefined;
  }, `run ${id} ends`);
const runners = async () =>
  (await stage.as('nova').rest.actions.listSelfHostedRunnersForRepo(AT)).data.runners.map((one) => one.name);
const freshFolder = async () => {
  folder = await unpackRunner(stage.control, join(stage.folder, `runner-${++count}`));
  return folder;
};
/** A runner whose job is under way and writes to `began`. */
async function busy(job: string, env: { [name: string]: string } = {}) {
  const labels = ['self-hosted', label()];
  const id = await dispatch(labels, job);
  const { runner, encoded_jit_config: config } = await mint(labels);
  const listener = startRunner(await freshFolder(), config, env);
  const began = await stage.until(
    async () =>
      (await readFile(join(folder, '_work/machine/machine/began'), 'utf8').catch(() => '')) || undefined,
    'the job begins',
  );
  return { id, runner, listener, began };
}

it('the owner mints; GitHub keeps name and labels as they were given', async () => {
  const { runner, encoded_jit_config: config } = await mint(['only-this'], 'nova.desk.first');
  expect(runner).toMatchObject({ name: 'nova.desk.first', status: 'offline', busy: false, ephemeral: true });
  expect(runner.labels.map((one) => one.name)).toEqual(['only-this']);
  const files = JSON.parse(Buffer.from(config, 'base64').toString()) as { [name: string]: string };
  expect(Object.keys(files)).toEqual(['.runner', '.credentials', '.credentials_rsaparams']);
  const settings = JSON.parse(Buffer.from(files['.runner']!, 'base64').toString());
  expect(settings).toMatchObject({ AgentId: runner.id, AgentName: 'nova.desk.first', Ephemeral: true });
  await expect(mint(['x'], 'Nova.desk.first')).rejects.toMatchObject({ status: 409 });
  await expect(mint(['x'], 'orion.x', 'orion')).rejects.toMatchObject({ status: 404 });
  await expect(mint([], 'nova.desk.none')).rejects.toMatchObject({ status: 422 });
  await expect(mint(['x'], 'n'.repeat(65))).rejects.toMatchObject({ status: 422 });
  const named = { ...AT, runner_id: runner.id };
  expect((await stage.as('nova').rest.actions.getSelfHostedRunnerForRepo(named)).data.name).toBe(runner.name);
  expect((await stage.as('nova').rest.actions.deleteSelfHostedRunnerFromRepo(named)).status).toBe(204);
  expect(await runners()).toEqual([]);
  await expect(mint(['x'], 'nova.desk.first')).resolves.toBeDefined(); // the name is free again
});

it('the archive takes one job, after the hook, with the environment of its process, and is gone', async () => {
  const [wanted, another] = [
    ['self-hosted', label()],
    ['self-hosted', label()],
  ];
  const [first, second] = [await dispatch(wanted, 'true'), await dispatch(another, 'true')];
  await freshFolder();
  const hook = join(stage.folder, 'hook.sh');
  const said = join(stage.folder, 'said.json');
  await writeFile(
    hook,
    `cat "$GITHUB_EVENT_PATH" > '${said}'; echo "FROM_HOOK=$GITHUB_WORKFLOW_REF@$GITHUB_WORKFLOW_SHA" >> "$GITHUB_ENV"\n`,
  );
  const { encoded_jit_config: config } = await mint(wanted);
  const env = { ACTIONS_RUNNER_HOOK_JOB_STARTED: hook, DESCENT_YIELD: '/yield' };
  const { exitCode, all } = await startRunner(folder, config, env);
  expect(all).toContain('completed with result: success');
  expect(exitCode).toBe(0);
  expect(await ended(first)).toBe('success');
  expect((await run(second)).status).toBe('queued');
  const { steps, runner_name: runner } = await jobOf(first);
  expect(steps?.map((one) => one.name)[0]).toBe('Set up runner');
  expect(runner).toBe(`nova.desk.${wanted[1]}`);
  const { head_sha: sha } = await run(first);
  const at = `nova/machine/.github/workflows/experiment.yml@refs/heads/main@${sha}`;
  expect(await logOf(first)).toContain(`token=/yield actor=nova hook=${at}`);
  const event = JSON.parse(await readFile(said, 'utf8'));
  expect(event).toMatchObject({
    inputs: { job: 'true', labels: JSON.stringify(wanted) },
    ref: 'refs/heads/main',
    workflow: '.github/workflows/experiment.yml',
    repository: { full_name: 'nova/machine', private: false, owner: { login: 'nova' } },
    sender: { login: 'nova', type: 'User' },
  });
  expect(await runners()).not.toContain(runner);
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['.credentials', '_diag', '_work']));
  const again = await startRunner(folder, config);
  expect(again.exitCode).toBe(1);
  expect(again.all).toContain('registration has been deleted');
}, 60_000);

it('a hook that fails fails the job; only what runs always still runs', async () => {
  const hook = join(stage.folder, 'refuse.js');
  await writeFile(hook, 'console.log("not today"); process.exit(3);\n');
  const labels = ['self-hosted', label()];
  const id = await dispatch(labels, 'true');
  const { encoded_jit_config: config } = await mint(labels);
  await startRunner(await freshFolder(), config, { ACTIONS_RUNNER_HOOK_JOB_STARTED: hook });
  expect(await ended(id)).toBe('failure');
  const { steps } = await jobOf(id);
  expect(steps?.map((one) => one.conclusion)).toEqual(['failure', 'skipped', 'success']);
  expect(await logOf(id)).toContain('not today');
}, 60_000);

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends the job as failed, and no further step runs',
  async (signal) => {
    const { id, listener } = await busy('sleep 600');
    listener.kill(signal);
    expect((await listener).exitCode).toBe(0);
    expect(await ended(id)).toBe('failure');
    expect((await jobOf(id)).steps?.map((one) => one.conclusion)).toEqual(['cancelled', 'skipped']);
  },
  60_000,
);

it('its exit code says why it has no job', async () => {
  const { encoded_jit_config: config } = await mint(['self-hosted', label()]);
  await freshFolder();
  await stage.control.minimumRunner('2.340.0');
  expect((await startRunner(folder, config)).exitCode).toBe(7);
  await stage.control.minimumRunner('2.335.0');
  const waiting = startRunner(folder, config);
  let said = '';
  waiting.all.on('data', (text) => {
    said += text;
  });
  await stage.until(() => said.includes('Listening for Jobs') || undefined, 'it listens');
  expect((await startRunner(folder, config)).exitCode).toBe(5);
  waiting.kill('SIGTERM');
  expect((await waiting).exitCode).toBe(0);
  expect((await startRunner(folder, '')).exitCode).toBe(1);
  const nowhere = Buffer.from(
    Buffer.from(config, 'base64')
      .toString()
      .replace(/"\.credentials":"([^"]+)"/, (_, text: string) => {
        const json = Buffer.from(text, 'base64').toString().replaceAll(stage.url, 'http://127.0.0.1:9');
        return `".credentials":"${Buffer.from(json).toString('base64')}"`;
      }),
  ).toString('base64');
  expect((await startRunner(folder, nowhere)).exitCode).toBe(2);
}, 60_000);

it('a registration that never connects is gone after some minutes, and its name is free', async () => {
  const { encoded_jit_config: config } = await mint(['self-hosted', label()], 'nova.desk.late');
  late += 4 * MINUTE;
  await new Promise((done) => setTimeout(done, 700));
  expect(await runners()).toContain('nova.desk.late');
  late += 2 * MINUTE;
  await stage.until(
    async () => ((await runners()).includes('nova.desk.late') ? undefined : true),
    'it expires',
  );
  expect((await startRunner(await freshFolder(), config)).exitCode).toBe(1);
  await expect(mint(['x'], 'nova.desk.late')).resolves.toBeDefined();
}, 60_000);

it('a minting may be done though its answer is lost, be refused without a reason, or end before a runner connects', async () => {
  await stage.control.faults({ lostMints: 1 });
  await expect(mint(['x'], 'nova.desk.lost')).rejects.toMatchObject({ status: 502 });
  expect(await runners()).toContain('nova.desk.lost');
  await expect(mint(['x'], 'nova.desk.lost')).rejects.toMatchObject({ status: 409 });
  await stage.control.faults({ takenNames: 1, goneRegistrations: 1 });
  await expect(mint(['x'], 'nova.desk.free')).rejects.toMatchObject({ status: 409 });
  const { encoded_jit_config: config } = await mint(['x'], 'nova.desk.free');
  expect((await startRunner(await freshFolder(), config)).exitCode).toBe(1);
  await expect(mint(['x'], 'nova.desk.free')).resolves.toBeDefined();
  await stage.control.faults();
}, 60_000);

it('a killed machine holds its job until the run is cancelled by force', async () => {
  const { id, runner, listener, began } = await busy('exec sleep 600');
  listener.kill('SIGKILL');
  await listener;
  late += 3 * MINUTE;
  const named = { ...AT, runner_id: runner.id };
  const shown = await stage.as('nova').rest.actions.getSelfHostedRunnerForRepo(named);
  expect(shown.data).toMatchObject({ status: 'offline', busy: true });
  await expect(stage.as('nova').rest.actions.deleteSelfHostedRunnerFromRepo(named)).rejects.toMatchObject({
    status: 422,
  });
  await stage.as('nova').rest.actions.cancelWorkflowRun({ ...AT, run_id: id });
  await new Promise((done) => setTimeout(done, 700));
  expect((await run(id)).status).toBe('in_progress');
  await stage.as('nova').rest.actions.forceCancelWorkflowRun({ ...AT, run_id: id });
  expect(await ended(id)).toBe('cancelled');
  const told = (one: Stage['heard'][number]) =>
    one.payload.action === 'completed' && (one.payload.workflow_run as { id: number } | undefined)?.id === id;
  await stage.until(() => stage.heard.find(told), 'workflow_run completed');
  expect(await runners()).not.toContain(runner.name);
  process.kill(Number(began), 'SIGKILL'); // what the machine left
}, 60_000);

it('a run is started again at the same commit, by whom GitHub names beside its actor', async () => {
  const labels = ['self-hosted', label()];
  const id = await dispatch(labels, 'true');
  const again = () => stage.as('nova').rest.actions.reRunWorkflow({ ...AT, run_id: id });
  await expect(again()).rejects.toMatchObject({ status: 403 });
  const play = async (name: string) => {
    const { encoded_jit_config: config } = await mint(labels, name);
    await startRunner(await freshFolder(), config);
    return ended(id);
  };
  expect(await play('nova.desk.one')).toBe('success');
  await stage.control.collaborator({ repository: 'nova/machine', login: 'orion', permission: 'write' });
  await stage.as('orion').rest.actions.reRunWorkflow({ ...AT, run_id: id });
  expect(await run(id)).toMatchObject({
    status: 'queued',
    run_attempt: 2,
    actor: { login: 'nova' },
    triggering_actor: { login: 'orion' },
  });
  expect(await play('nova.desk.two')).toBe('success');
  const jobs = async (filter: 'latest' | 'all') =>
    (await stage.as('nova').rest.actions.listJobsForWorkflowRun({ ...AT, run_id: id, filter })).data.jobs.map(
      (one) => [one.run_attempt, one.runner_name],
    );
  expect(await jobs('latest')).toEqual([[2, 'nova.desk.two']]);
  expect(await jobs('all')).toEqual([
    [1, 'nova.desk.one'],
    [2, 'nova.desk.two'],
  ]);
}, 60_000);

it('a job that no machine takes is cancelled after a day', async () => {
  const id = await dispatch(['self-hosted', label()], 'true');
  late += 24 * 60 * MINUTE - MINUTE;
  expect((await run(id)).status).toBe('queued');
  late += 2 * MINUTE;
  expect(await ended(id)).toBe('cancelled');
});

it.each([
  ['five minutes after it was asked to be cancelled', true, 6, 'cancelled'],
  ['ten minutes after it was last heard of', false, 11, 'failure'],
])(
  'a job whose machine is gone ends %s',
  async (_, cancel, minutes, conclusion) => {
    const { id, listener } = await busy('true; kill -9 $PPID; exec sleep 1');
    await listener;
    if (cancel) await stage.as('nova').rest.actions.cancelWorkflowRun({ ...AT, run_id: id });
    late += minutes * MINUTE;
    expect(await ended(id)).toBe(conclusion);
  },
  60_000,
);
