import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { REPO, Stage } from '../../testing/bot/stage.ts';
import { user } from '../../testing/clone/clone.ts';

let stage: Stage;
afterEach(() => stage.close());

async function comment(login: string, number: number, body: string): Promise<void> {
  await (await stage.agent(login)).issues.createComment({ ...REPO, issue_number: number, body });
  await stage.settle();
}

function writer(login: string): Promise<unknown> {
  const repository = `${REPO.owner}/${REPO.repo}`;
  return stage.control.collaborator({ repository, login, permission: 'write' });
}

async function rejected(): Promise<number> {
  const number = await stage.open('nova', 'print("other")\n', { title: 'Halve the batch' });
  await stage.measure({ valBpb: 2.5 });
  return number;
}

async function insights(number: number): Promise<string[]> {
  const { data } = await stage.onlooker.repos.getContent({ ...REPO, path: 'results/experiments/0' });
  const file = (data as { path: string }[]).find((one) => one.path.includes(`/${number}-`))!;
  const record = JSON.parse(await stage.file(file.path)) as { insights: { author: string; text: string }[] };
  return record.insights.map((one) => `${one.author}: ${one.text}`);
}

describe('commands in comments', () => {
  it("a maintainer's `descent insight` is added to the result, and a search finds it", async () => {
    stage = await Stage.open();
    await stage.begin(2);
    const number = await rejected();
    const { token } = await stage.control.user('grace');
    await writer('grace');
    const clone = join(stage.folder, 'clone');
    await execa('git', ['clone', '--quiet', `${stage.emulator.url}/descent/descent.git`, clone]);
    const env = { GITHUB_TOKEN: token, GITHUB_API_URL: stage.emulator.url };
    const grace = user(clone, join(stage.folder, 'cache'), env);

    expect((await grace.json('search', 'rematerialisation')).value.hits).toEqual([]);
    const said = await grace.descent('insight', String(number), 'Without', 'rematerialisation', 'it swaps.');
    expect(said.status).toBe(0);
    await stage.settle();

    expect(await insights(number)).toEqual(['grace: Without rematerialisation it swaps.']);
    expect((await stage.reply(number)).endings).toEqual(['taken']);
    const found = (await grace.json('search', '--fresh', 'rematerialisation')).value.hits;
    expect(found).toMatchObject([{ pull: number, insights: 1 }]);
    expect((await stage.view(number)).comments).toHaveLength(1);
  });

  it('a command whose webhook was lost is found by the sweep, on a closed pull request too, and done once', async () => {
    stage = await Stage.open();
    await stage.begin(2);
    const number = await rejected();
    await stage.control.faults({ dropWebhooks: 1 });
    await comment('nova', number, '/insight The machine swapped.');
    expect(await insights(number)).toEqual([]);
    await stage.control.faults();
    const before = await stage.main();
    await stage.bot!.descent.sweep(null);
    await stage.bot!.descent.sweep(null);
    expect(await insights(number)).toEqual(['nova: The machine swapped.']);
    const { data } = await stage.onlooker.repos.compareCommits({ ...REPO, base: before, head: 'main' });
    const headlines = data.commits.map((one) => one.commit.message.split('\n')[0]!);
    expect(headlines.filter((line) => line.startsWith('insight'))).toEqual([
      `insight: Halve the batch (#${number})`,
    ]);
  });

  it('the access list: a stranger is refused, a collaborator with write access may, other comments are not answered', async () => {
    stage = await Stage.open();
    await stage.begin(2);
    await stage.agent('eve');
    await stage.agent('grace');
    await writer('grace');
    const number = await stage.open('nova', 'print("slow")\n');
    await comment('eve', number, 'please /cancel');
    await comment('eve', number, '/lgtm');
    expect((await stage.reply(number)).body).toBeNull();
    await comment('eve', number, '/cancel');
    expect((await stage.reply(number)).endings).toEqual(['refused']);
    expect((await stage.view(number)).state).toBe('open');
    await comment('eve', number, '/help');
    expect((await stage.reply(number)).endings).toEqual(['refused', 'taken']);
    await comment('grace', number, '/cancel');
    expect((await stage.view(number)).state).toBe('closed');
    await stage.measure({ valBpb: 1.5 });
    expect(await stage.view(number)).toMatchObject({ state: 'closed', merged: false });
  });

  it('/rerun asks the swarm again after it failed', async () => {
    stage = await Stage.open();
    await stage.begin(2);
    const number = await stage.open('nova', 'print("better")\n');
    for (const _ of [1, 2]) {
      await stage.complete((await stage.take())!, 'failure');
      await stage.settle();
    }
    expect(await stage.take()).toBeNull();
    await comment('nova', number, '/rerun');
    await stage.measure({ valBpb: 1.5 });
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
  });
});

describe('the labels of issues', () => {
  it('are there from the beginning, with colours and words, so that the issue forms can set them', async () => {
    stage = await Stage.open();
    await stage.startBot();
    await stage.bot!.descent.sweep(null);
    const { data } = await stage.onlooker.issues.listLabelsForRepo({ ...REPO, per_page: 100 });
    for (const name of ['idea', 'insight', 'appeal', 'machine']) {
      const label = data.find((one) => one.name === name);
      expect(label, name).toMatchObject({ description: expect.stringMatching(/./) });
      expect(label!.color).not.toBe('ededed');
    }
  });
});
