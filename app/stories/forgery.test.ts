import { strToU8, zipSync } from 'fflate';
import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../core/formats/report.ts';
import { CONFIG, REPO, Stage, type Taken, zipOf } from '../../testing/bot/stage.ts';
import { sha } from '../../testing/examples/names.ts';
import { reportOf } from '../../testing/examples/report.ts';

/** A machine, or a user with access to Actions, tries to get another result believed than the one we asked for. */

let stage: Stage;
afterEach(() => stage.close());

/** Only one attempt, so that the pull request shows the refusal. */
async function asked(): Promise<{ number: number; taken: Taken }> {
  stage = await Stage.open({ '.github/descent.yml': CONFIG.replace('attempts: 2', 'attempts: 1') });
  await stage.begin(2);
  const number = await stage.open('mallory', 'print("cheat")\n');
  return { number, taken: (await stage.take())! };
}

async function refused(number: number, check: string): Promise<void> {
  await stage.settle();
  const view = await stage.view(number);
  expect(view).toMatchObject({ state: 'open', merged: false, labels: [] });
  expect(view.comments).toHaveLength(1);
  expect(await stage.refusedBy(number)).toBe(check);
  const { tracks } = await stage.leaderboard();
  expect(tracks.cpu).toMatchObject({ incumbent: { pull: null }, counts: {} });
  const results = stage.onlooker.repos.getContent({ ...REPO, path: 'results/experiments' });
  await expect(results).rejects.toMatchObject({ status: 404 });
}

const GOOD = { valBpb: 0.5 };

describe('a forged report', () => {
  it.each<[check: string, forge: (report: Report) => unknown]>([
    ['nonce', (report) => ({ ...report, job: { ...report.job, nonce: 'f'.repeat(32) } })],
    ['blob', (report) => ({ ...report, job: { ...report.job, blob: sha('0') } })],
    ['seed', (report) => ({ ...report, job: { ...report.job, seed: report.job.seed === 1 ? 2 : 1 } })],
    ['pull', (report) => ({ ...report, job: { ...report.job, pull: 999 } })],
    ['repository', (report) => ({ ...report, job: { ...report.job, repository: 'mallory/descent' } })],
    ['budgetSeconds', (report) => ({ ...report, job: { ...report.job, budgetSeconds: 6000 } })],
    ['schema', (report) => ({ ...report, believeMe: true })],
    ['schema', (report) => ({ ...report, valBpb: -1 })],
    ['budget', (report) => ({ ...report, timings: { ...report.timings, trainSeconds: 6000 } })],
    ['sandbox', (report) => ({ ...report, sandbox: 'none' })],
    ['probes', (report) => ({ ...report, probes: null })],
    ['probes', (report) => ({ ...report, probes: { ...report.probes!, count: 1 } })],
    ['harness', (report) => ({ ...report, digests: { ...report.digests, harness: 'b'.repeat(64) } })],
    ['json', (report) => JSON.stringify(report).replace('"valBpb":0.5', '"valBpb":NaN')],
    ['json', (report) => JSON.stringify(report).replace('"valBpb":0.5', '"valBpb":1e999')],
    ['json', (report) => JSON.stringify(report).replace('"valBpb":0.5', '"valBpb":2.5,"valBpb":0.5')],
    ['json', () => 'loss: 0.5'],
  ])('in its %s is refused by that name, and nothing is recorded', async (check, forge) => {
    const { number, taken } = await asked();
    const forged = forge(reportOf(taken.job, GOOD));
    await stage.upload(taken, zipOf(typeof forged === 'string' ? forged : JSON.stringify(forged)));
    await stage.complete(taken);
    await refused(number, check);
  });
});

describe('a report from another data set', () => {
  it('is the fault of its machine, whatever it says of the file', async () => {
    const { number, taken } = await asked();
    const { digests } = reportOf(taken.job);
    await stage.finish(taken, { ...GOOD, digests: { ...digests, data: 'c'.repeat(64) } });
    await refused(number, 'data');
    expect((await stage.leaderboard()).tracks.cpu!.data).toBe(digests.data);
  });
});

describe('a report of another Python than the incumbent was measured with', () => {
  it('is the fault of its machine: a crash there is no verdict', async () => {
    const { number, taken } = await asked();
    const { versions } = reportOf(taken.job);
    const crash = {
      outcome: 'crashed',
      valBpb: null,
      reason: { code: 'training-exception', status: 1 },
    } as const;
    await stage.finish(taken, { ...crash, versions: { ...versions, python: '3.9.1' } });
    await refused(number, 'python');
    expect((await stage.leaderboard()).tracks.cpu!.counts).toEqual({});
  });
});

describe('a report of another torch than the incumbent was measured with', () => {
  it('is the fault of its machine: neither a crash nor a better loss there is a verdict', async () => {
    const { number, taken } = await asked();
    const { versions } = reportOf(taken.job);
    await stage.finish(taken, { ...GOOD, versions: { ...versions, torch: '2.9.1+cu128' } });
    await refused(number, 'torch');
    expect((await stage.leaderboard()).tracks.cpu!.counts).toEqual({});
  });

  it('is one where only the build differs, and is taken', async () => {
    const { number, taken } = await asked();
    const { versions } = reportOf(taken.job);
    await stage.finish(taken, { ...GOOD, versions: { ...versions, torch: `${versions.torch}+cu128` } });
    expect(await stage.view(number)).toMatchObject({ merged: true });
  });
});

describe('a forged artifact', () => {
  it('beside the real one is refused', async () => {
    const { number, taken } = await asked();
    await stage.upload(taken, zipOf(reportOf(taken.job, GOOD)));
    await stage.upload(taken, zipOf(reportOf(taken.job, GOOD)), 'report2');
    await stage.complete(taken);
    await refused(number, 'artifacts');
  });

  it('of another name is refused', async () => {
    const { number, taken } = await asked();
    await stage.upload(taken, zipOf(reportOf(taken.job, GOOD)), 'result');
    await stage.complete(taken);
    await refused(number, 'artifacts');
  });

  it('that is a bomb is refused without being unpacked', async () => {
    const { number, taken } = await asked();
    await stage.upload(taken, zipSync({ 'report.json': strToU8(' '.repeat(20_000_000)) }));
    await stage.complete(taken);
    await refused(number, 'archive');
  });

  it('with a second file is refused', async () => {
    const { number, taken } = await asked();
    await stage.upload(taken, zipSync({ 'report.json': strToU8('{}'), 'extra.txt': strToU8('x') }));
    await stage.complete(taken);
    await refused(number, 'archive');
  });

  it('whose bytes are not those of the digest is refused', async () => {
    const { number, taken } = await asked();
    await stage.upload(taken, zipOf(reportOf(taken.job, GOOD)));
    for (const artifact of stage.emulator.world.artifacts.values())
      artifact.digest = `sha256:${'0'.repeat(64)}`;
    await stage.complete(taken);
    await refused(number, 'digest');
  });

  it('of another size than GitHub says is refused', async () => {
    const { number, taken } = await asked();
    await stage.upload(taken, zipOf(reportOf(taken.job, GOOD)));
    for (const artifact of stage.emulator.world.artifacts.values()) artifact.size += 1;
    await stage.complete(taken);
    await refused(number, 'size');
  });
});

describe('a forged workflow run', () => {
  const tamper = async (change: (run: { [key: string]: unknown }, taken: Taken) => void, check: string) => {
    const { number, taken } = await asked();
    await stage.upload(taken, zipOf(reportOf(taken.job, GOOD)));
    const run = stage.emulator.world.runs.get(taken.runId) as unknown as { [key: string]: unknown };
    change(run, taken);
    await stage.complete(taken);
    await stage.bot!.descent.sweep(null);
    await refused(number, check);
  };

  it('as a second attempt is refused', () => tamper((run) => Object.assign(run, { attempt: 2 }), 'attempt'));
  it('of another workflow is refused', () =>
    tamper((run) => Object.assign(run, { path: '.github/workflows/mine.yml' }), 'path'));
  it('of another event is refused', () => tamper((run) => Object.assign(run, { event: 'push' }), 'event'));
  it('of another branch is refused', () => tamper((run) => Object.assign(run, { branch: 'mine' }), 'branch'));
  it('by another actor is refused', () =>
    tamper((run) => Object.assign(run, { actor: stage.emulator.world.user('mallory') }), 'actor'));
  it('with a harness that is not of main is refused', async () => {
    const { number, taken } = await asked();
    await stage.upload(taken, zipOf(reportOf(taken.job, GOOD)));
    const run = stage.emulator.world.runs.get(taken.runId)!;
    Object.assign(run, { sha: (await stage.view(number)).head });
    await stage.complete(taken);
    await refused(number, 'harness');
  });
  it('with a second job is refused', () =>
    tamper((run) => {
      const jobs = run.jobs as object[];
      jobs.push({ ...jobs[0], status: 'completed', conclusion: 'success' });
    }, 'jobs'));
});

describe('a check run of another account', () => {
  it('with the name and the words of the bot means nothing', async () => {
    stage = await Stage.open();
    await stage.begin(2);
    const other = await stage.otherApp('mallorys-app');
    const number = await stage.open('mallory', 'print("cheat")\n');
    const { head } = await stage.view(number);
    await other.checks.create({
      ...REPO,
      name: 'descent',
      head_sha: head,
      external_id: `d1:overall:${sha('0')}:cpu:verdict`,
      status: 'completed',
      conclusion: 'success',
    });
    await stage.measure({ valBpb: 2.5 });
    expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['regressed'] });
  });
});
