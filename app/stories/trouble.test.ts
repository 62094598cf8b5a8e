import type { FaultsWanted } from '@descent-swarm/github-emulator/control.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { CONFIG, REPO, Stage } from '../../testing/bot/stage.ts';
import { machineFails } from '../say/machine-fails.ts';

let stage: Stage;
afterEach(() => stage.close());

async function began(files: Record<string, string> = {}): Promise<void> {
  stage = await Stage.open(files);
  await stage.begin(2);
}
const faults = (wanted: FaultsWanted) => stage.control.faults(wanted);
const branchOf = async (number: number) =>
  (await stage.onlooker.pulls.get({ ...REPO, pull_number: number })).data.head.ref;
const close = async (login: string, number: number, state: 'open' | 'closed' = 'closed') => {
  await (await stage.agent(login)).pulls.update({ ...REPO, pull_number: number, state });
  await stage.settle();
};
const resultsOf = async (): Promise<string[]> => {
  const { data } = await stage.onlooker.repos.getContent({ ...REPO, path: 'results/experiments/0' });
  return Array.isArray(data) ? data.map((one) => one.name) : [];
};

describe('while a machine measures', () => {
  it('another file is pushed: the old result is recorded for its own file, and the new one decides', async () => {
    await began();
    const number = await stage.open('nova', 'print("first")\n');
    const { head } = await stage.view(number);
    const first = (await stage.take())!;
    await stage.push('nova', await branchOf(number), { 'train/train.py': 'print("second")\n' });
    await stage.settle();
    const second = (await stage.take(0).catch(() => null)) ?? null;
    expect(second).toBeNull(); // the machine is busy
    await stage.finish(first, { valBpb: 1.2 });
    expect(await stage.view(number)).toMatchObject({ state: 'open', merged: false });
    expect(await stage.file('train/train.py')).toBe('print("the beginning")\n');
    await stage.measure({ valBpb: 2.4 });
    const view = await stage.view(number);
    expect(view).toMatchObject({ state: 'closed', merged: false, labels: ['regressed'] });
    expect(view.comments[0]).toContain(head.slice(0, 7)); // the earlier version, with what became of it
    expect((await resultsOf()).filter((name) => name.startsWith(`${number}-`))).toHaveLength(2);
    expect((await stage.leaderboard()).tracks.cpu!.counts).toEqual({ improved: 1, regressed: 1 });
  });

  it('the pull request is closed: recorded, not merged; reopened, it is merged if it still beats the record', async () => {
    await began();
    const number = await stage.open('nova', 'print("better")\n');
    const taken = (await stage.take())!;
    await close('nova', number);
    await stage.finish(taken, { valBpb: 1.5 });
    expect(await stage.view(number)).toMatchObject({ state: 'closed', merged: false, labels: ['improved'] });
    expect((await stage.leaderboard()).tracks.cpu!.incumbent.pull).toBeNull();
    await close('nova', number, 'open');
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
    expect(await stage.file('train/train.py')).toBe('print("better")\n');
    expect((await stage.leaderboard()).tracks.cpu!.incumbent.pull).toBe(number);
  });

  it("the author's fork is deleted: measured and merged all the same", async () => {
    await began();
    const number = await stage.open('nova', 'print("better")\n');
    const taken = (await stage.take())!;
    await (await stage.agent('nova')).repos.delete({ owner: 'nova', repo: REPO.repo });
    await stage.finish(taken, { valBpb: 1.5 });
    expect(await stage.view(number)).toMatchObject({ merged: true });
  });

  it('main gets another winner: the stale one is merged as measured', async () => {
    await began();
    await stage.addMachine('bob', 'lab');
    const one = await stage.open('nova', 'print("one")\n');
    const two = await stage.open('vega', 'print("two")\n');
    const first = (await stage.take(0))!;
    const second = (await stage.take(1))!;
    await stage.finish(first, { valBpb: 1.8 });
    await stage.finish(second, { valBpb: 1.5 });
    // Each is scored once more on the other's machine before it is merged.
    await stage.measureOn(1, {});
    await stage.measureOn(0, {});
    expect(await stage.view(one)).toMatchObject({ merged: true });
    expect(await stage.view(two)).toMatchObject({ merged: true });
    expect(await stage.file('train/train.py')).toBe('print("two")\n');
    expect((await stage.leaderboard()).tracks.cpu!.history.map((holder) => holder.pull)).toEqual([
      null,
      one,
      two,
    ]);
  });

  it('the job fails: dispatched again with its seed; after the last attempt the pull request says so and stays open', async () => {
    await began();
    const number = await stage.open('nova', 'print("other")\n');
    const first = (await stage.take())!;
    await stage.complete(first, 'failure');
    await stage.settle();
    const second = (await stage.take())!;
    expect(second.job.nonce).not.toBe(first.job.nonce);
    const { blob, seed } = first.job;
    expect(second.job).toMatchObject({ ordinal: 1, blob, seed });
    await stage.complete(second, 'cancelled');
    await stage.settle();
    const view = await stage.view(number);
    expect(view).toMatchObject({ state: 'open', labels: [] });
    expect(view.comments).toHaveLength(1);
    expect(await stage.codes(number)).toMatchObject({ state: 'failed', rules: { swarm: 'swarm-failed' } });
    const { data: issues } = await stage.onlooker.issues.listForRepo({ ...REPO, labels: 'machine-fails' });
    const about = { machine: 'ada.desk', track: 'cpu', pull: number, why: '' };
    expect(issues.map(({ title }) => title)).toEqual([machineFails(about).title]);
    await close('nova', number);
    await close('nova', number, 'open');
    const third = (await stage.take())!;
    expect(third.job).toMatchObject({ ordinal: 1, blob, seed });
    await stage.finish(third, { valBpb: 2.5 });
    expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['regressed'] });
  });
});

describe('GitHub has a bad day', () => {
  it.each([
    ['webhooks come twice', { doubleWebhooks: true }],
    ['webhooks come in another order', { reorderWebhooks: true }],
    // Each of these strikes a merge's own writes again and again.
    ['every fifth request is a 502', { serverErrorEvery: 5 }],
    ['every eighth answer is lost', { lostAnswerEvery: 8 }],
    ['an update of main is refused for no reason', { spurious422: 1 }],
    ['the secondary rate limit strikes', { secondaryLimitEvery: 9 }],
  ])(
    '%s: one result, one comment, one merge',
    async (_what, fault) => {
      await began();
      const number = await stage.open('nova', 'print("better")\n');
      await faults(fault);
      const taken = (await stage.take())!;
      await stage.handIn(taken, { valBpb: 1.5 });
      await stage.complete(taken);
      await stage.settle();
      await new Promise((resolve) => setTimeout(resolve, 300)); // held webhooks
      await stage.settle();
      await faults({});
      const view = await stage.view(number);
      expect(view).toMatchObject({ merged: true, labels: ['improved'] });
      expect(view.comments).toHaveLength(1);
      expect((await stage.leaderboard()).tracks.cpu!.counts).toEqual({ improved: 1 });
      expect(await resultsOf()).toHaveLength(1);
    },
    60_000,
  );

  it('no webhook arrives at all: the sweep finds everything', async () => {
    await began();
    await faults({ dropWebhooks: true });
    const number = await stage.open('nova', 'print("better")\n');
    expect(await stage.take()).toBeNull();
    await stage.bot!.descent.sweep(null);
    await stage.measure({ valBpb: 1.5 });
    expect(await stage.view(number)).toMatchObject({ merged: false });
    await stage.bot!.descent.sweep(null);
    expect(await stage.view(number)).toMatchObject({ merged: true });
  });

  it('a pull request was closed and its webhooks lost: the sweep still records the run', async () => {
    await began();
    const number = await stage.open('nova', 'print("better")\n');
    const taken = (await stage.take())!;
    await faults({ dropWebhooks: true });
    await close('nova', number);
    await stage.finish(taken, { valBpb: 2.5 });
    await stage.bot!.descent.sweep(null);
    expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['regressed'] });
  });

  it('two webhooks come at once: one order', async () => {
    await began();
    await faults({ doubleWebhooks: true });
    await stage.open('nova', 'print("other")\n');
    await stage.addMachine('bob', 'lab');
    expect(await stage.take(0)).not.toBeNull();
    expect(await stage.take(1)).toBeNull();
  });

  it('a webhook with a bad signature is refused and not processed', async () => {
    await began();
    const answer = await fetch(`${stage.bot!.url}/api/github/webhooks`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'pull_request',
        'x-github-delivery': '1',
        'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
      },
      body: JSON.stringify({ action: 'opened', pull_request: { number: 1 } }),
    });
    expect(answer.status).toBe(400);
  });

  it('the bot dies and comes back: what happened meanwhile is found', async () => {
    await began();
    const number = await stage.open('nova', 'print("better")\n');
    const taken = (await stage.take())!;
    await stage.bot!.close();
    stage.bot = null;
    await stage.finish(taken, { valBpb: 1.5 });
    await stage.startBot();
    await stage.bot!.descent.sweep(null);
    expect(await stage.view(number)).toMatchObject({ merged: true });
  });
});

describe('the queue', () => {
  it('is short at GitHub and long here: a freed place goes to the next in line', async () => {
    await began({ '.github/descent.yml': CONFIG.replace('capacity: 2', 'capacity: 1') });
    const numbers: number[] = [];
    for (const author of ['nova', 'vega', 'lyra'])
      numbers.push(await stage.open(author, `print("${author}")\n`));
    expect(
      (await stage.onlooker.actions.listWorkflowRunsForRepo({ ...REPO, status: 'queued' })).data.total_count,
    ).toBe(1);
    for (const number of numbers) {
      const taken = await stage.measure({ valBpb: 2.5 });
      expect(taken.job.pull).toBe(number);
    }
    for (const number of numbers) expect(await stage.view(number)).toMatchObject({ labels: ['regressed'] });
  });

  it('holds back an author beyond the limit and lets others pass', async () => {
    await began({ '.github/descent.yml': CONFIG.replace('open-per-author: 3', 'open-per-author: 1') });
    const first = await stage.open('nova', 'print("1")\n');
    const held = await stage.open('nova', 'print("2")\n');
    const other = await stage.open('vega', 'print("3")\n');
    expect(await stage.check((await stage.view(held)).head)).toMatchObject({
      status: 'queued',
      output: { title: 'waiting for your earlier pull requests' },
    });
    await stage.addMachine('bob', 'lab');
    expect((await stage.take(0))!.job.pull).toBe(first);
    expect((await stage.take(1))!.job.pull).toBe(other);
  });

  it('waits for the first incumbent and continues automatically', async () => {
    stage = await Stage.open();
    await stage.startBot();
    const number = await stage.open('nova', 'print("better")\n');
    const baseline = await stage.measure({ valBpb: 2 });
    expect(baseline.job).toMatchObject({ pull: null, stage: 'baseline', incumbent: null });
    expect((await stage.leaderboard()).tracks.cpu!.incumbent).toMatchObject({ pull: null, valBpb: 2 });
    await stage.measure({ valBpb: 1.5 });
    expect(await stage.view(number)).toMatchObject({ merged: true });
  });
});

describe('main is broken', () => {
  it.each([
    ['the leaderboard', 'results/leaderboard.json', '{"schema": 1,'],
    ['the configuration', '.github/descent.yml', CONFIG.replace('capacity', 'capasity')],
  ])(
    '%s: the bot writes nothing, says so once, and goes on when it is fixed',
    async (_what, path, broken) => {
      await began();
      const good = await stage.file(path);
      const owner = await ownerClient();
      const number = await stage.open('nova', 'print("better")\n');
      const taken = (await stage.take())!;
      await write(owner, path, broken);
      const before = await stage.main();
      await stage.finish(taken, { valBpb: 1.5 });
      await stage.bot!.descent.sweep(null);
      expect(await stage.main()).toBe(before);
      expect((await stage.view(number)).comments).toHaveLength(1);
      expect(await stage.codes(number)).toMatchObject({ state: 'stopped', rules: { settings: 'stopped' } });
      const { data: issues } = await stage.onlooker.issues.listForRepo({
        ...REPO,
        labels: 'descent-stopped',
      });
      expect(issues.map((issue) => issue.title)).toEqual(['Descent has stopped']);
      await write(owner, path, good);
      await stage.bot!.descent.sweep(null);
      expect(await stage.view(number)).toMatchObject({ merged: true });
      expect((await stage.leaderboard()).tracks.cpu!.incumbent.pull).toBe(number);
    },
  );

  async function ownerClient() {
    return stage.agentOf(REPO.owner);
  }
  async function write(owner: Awaited<ReturnType<typeof ownerClient>>, path: string, content: string) {
    const { data } = await owner.repos.getContent({ ...REPO, path });
    await owner.repos.createOrUpdateFileContents({
      ...REPO,
      path,
      message: 'Edit',
      content: Buffer.from(content).toString('base64'),
      sha: 'sha' in data ? data.sha : '',
    });
    await stage.settle();
  }
});
