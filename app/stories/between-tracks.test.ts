import { afterEach, describe, expect, it } from 'vitest';
import { CONFIG, REPO, type Stage } from '../../testing/bot/stage.ts';
import { asking, CPU, openTwoTracks, records, SMALL, TWO_TRACKS } from '../../testing/bot/two-tracks.ts';

let stage: Stage;
afterEach(() => stage.close());

const both = asking('[cpu, small]');

describe('between two tracks', () => {
  const SECOND = 'print("second")\n';
  async function halfway(): Promise<number> {
    stage = await openTwoTracks();
    const number = await stage.open('nova', 'print("better")\n', both);
    await stage.measureOn(CPU, { valBpb: 1.5 });
    return number;
  }
  const draft = async (number: number, isDraft: boolean) => {
    const nova = await stage.agent('nova');
    const { data } = await nova.pulls.get({ ...REPO, pull_number: number });
    const change = isDraft ? 'convertPullRequestToDraft' : 'markPullRequestReadyForReview';
    const query = `mutation($id: ID!) { ${change}(input: {pullRequestId: $id}) { clientMutationId } }`;
    await nova.graphql(query, { id: data.node_id });
    await stage.settle();
  };
  const set = async (number: number, state: 'open' | 'closed') => {
    await (await stage.agent('nova')).pulls.update({ ...REPO, pull_number: number, state });
    await stage.settle();
  };

  it('the pull request is closed: what runs is recorded; reopened, it is merged for what it gained', async () => {
    const number = await halfway();
    await set(number, 'closed');
    await stage.measureOn(SMALL, { valBpb: 2.5 });
    const closed = await stage.view(number);
    expect(closed).toMatchObject({ state: 'closed', merged: false, labels: ['improved'] });
    expect((await stage.codes(number)).rules).toMatchObject({ merge: 'was-closed' });
    expect((await stage.leaderboard()).tracks.small!.incumbent.pull).toBeNull();
    await set(number, 'open');
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
    expect(await stage.file('train/best/small.py')).toBe('print("better")\n');
  });

  it('it waits, is closed, and goes on when it is opened again', async () => {
    stage = await openTwoTracks({
      config: TWO_TRACKS.replace(/(small:[\s\S]*?)capacity: 2/, '$1capacity: 1'),
    });
    const before = await stage.open('vega', 'print("first")\n', asking('small'));
    const number = await stage.open('nova', 'print("better")\n', both);
    await stage.measureOn(CPU, { valBpb: 1.5 });
    expect(await stage.codes(number)).toMatchObject({ state: 'queued', track: 'small' });
    expect(await stage.links(number)).toEqual([`result of #${number}`]);
    await set(number, 'closed');
    expect(await stage.codes(number)).toMatchObject({ state: 'verdict', conclusion: 'success' });
    await stage.measureOn(SMALL, { valBpb: 3.5 });
    expect(await stage.view(before)).toMatchObject({ labels: ['regressed'] });
    expect(await stage.take(SMALL)).toBeNull();
    await set(number, 'open');
    await stage.measureOn(SMALL, { valBpb: 3.5 });
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
  });

  it('it becomes a draft: nothing more is merged until it is ready', async () => {
    const number = await halfway();
    await draft(number, true);
    await stage.measureOn(SMALL, { valBpb: 3.5 });
    expect(await stage.view(number)).toMatchObject({ state: 'open', merged: false });
    await draft(number, false);
    expect(await stage.view(number)).toMatchObject({ state: 'closed', merged: true, labels: ['improved'] });
    const { data } = await stage.onlooker.git.getCommit({ ...REPO, commit_sha: await stage.main() });
    expect(data.parents).toHaveLength(2);
  });

  it('another file is pushed: it starts over on every track, against the gain of the first', async () => {
    const number = await halfway();
    const taken = (await stage.take(SMALL))!;
    const { data } = await stage.onlooker.pulls.get({ ...REPO, pull_number: number });
    await stage.push('nova', data.head.ref, { 'train/train.py': SECOND });
    await stage.settle();
    const { job } = (await stage.measureOn(CPU, { valBpb: 1.7 }))!;
    expect(job.incumbent).toBe((await stage.leaderboard()).tracks.cpu!.incumbent.blob);
    await stage.finish(taken, { valBpb: 2.5 });
    expect(await stage.view(number)).toMatchObject({ state: 'open' });
    await stage.measureOn(SMALL, { valBpb: 3.5 });
    expect(await stage.view(number)).toMatchObject({ state: 'closed', merged: false, labels: ['regressed'] });
    expect(await records(stage)).toHaveLength(4);
    expect(await stage.file('train/train.py')).toBe('print("better")\n');
  });

  it('the second track is removed from the configuration: its run is given up, and the pull request ends without it', async () => {
    const number = await halfway();
    const owner = stage.agentOf(REPO.owner);
    const path = '.github/descent.yml';
    const { data } = await owner.repos.getContent({ ...REPO, path });
    await owner.repos.createOrUpdateFileContents({
      ...REPO,
      path,
      message: 'Remove small',
      content: Buffer.from(CONFIG).toString('base64'),
      sha: 'sha' in data ? data.sha : '',
    });
    await stage.bot!.descent.sweep(null);
    await stage.settle();
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: true, labels: ['improved'] });
    expect(await stage.codes(number)).toMatchObject({ state: 'verdict', track: 'cpu' });
    expect(await stage.take(SMALL)).toBeNull();
    const check = await stage.check(view.head, 'descent small explore 1');
    expect(check).toMatchObject({ status: 'completed', conclusion: 'neutral' });
  });
});

describe('two tracks on a bad day at GitHub', () => {
  it.each([
    ['webhooks come twice and in another order', { doubleWebhooks: true, reorderWebhooks: true }],
    ['every eighth answer is lost, that of a commit among them', { lostAnswerEvery: 8 }],
    ['an update of main is refused for no reason', { spurious422: 1 }],
  ])(
    '%s: a result and a run each, one merge',
    async (_what, fault) => {
      stage = await openTwoTracks();
      const number = await stage.open('nova', 'print("better")\n', both);
      for (const [machine, valBpb] of [
        [CPU, 1.5],
        [SMALL, 3.5],
      ] as const) {
        const taken = (await stage.take(machine))!;
        await stage.control.faults(fault);
        await stage.handIn(taken, { valBpb });
        await stage.complete(taken);
        await stage.settle();
        await new Promise((resolve) => setTimeout(resolve, 300)); // held webhooks
        await stage.settle();
        await stage.control.faults();
        await stage.bot!.descent.sweep(null);
        await stage.settle();
      }
      const view = await stage.view(number);
      expect(view).toMatchObject({ merged: true, labels: ['improved'] });
      expect(view.comments).toHaveLength(1);
      expect(await records(stage)).toEqual([`${number} cpu.json`, `${number} small.json`]);
      const { tracks } = await stage.leaderboard();
      expect([tracks.cpu!.counts, tracks.small!.counts]).toEqual([{ improved: 1 }, { regressed: 1 }]);
      expect(await stage.take(CPU)).toBeNull();
      expect(await stage.take(SMALL)).toBeNull();
    },
    60_000,
  );
});
