import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { chainOf, fileOf, frontierStage, measureAll, openLink } from '../../testing/bot/chains.ts';
import { ADA, BOB, recordOf } from '../../testing/bot/owners.ts';
import { REPO, type Stage } from '../../testing/bot/stage.ts';

/** A chain of two, whose second link is being certified: its runs are ordered, and none has come. */
// Many jobs, one after the other.
vi.setConfig({ testTimeout: 120_000 });

let stage: Stage;
let first: number;
let last: number;
beforeEach(async () => {
  stage = await frontierStage();
  first = await openLink(stage, 'nova', 'one');
  await measureAll(stage, 1.75);
  last = await openLink(stage, 'kai', 'two');
  await stage.measureOn(ADA, { valBpb: 0.6 });
  await stage.measureOn(BOB, { valBpb: 0.61 });
  expect(await chainOf(stage)).toEqual({ pulls: [first, last], certifying: gitBlob(fileOf('two')) });
});
afterEach(() => stage.close());

const fresh = (loss: number) => (run: { stage: string; blob: string }) =>
  run.stage === 'baseline' ? 2 : run.stage === 'confirm' ? loss : 0.6;
const closed = (login: string, number: number, state: 'open' | 'closed') =>
  stage.agentOf(login).pulls.update({ ...REPO, pull_number: number, state });
async function draft(login: string, number: number): Promise<void> {
  const { data } = await stage.onlooker.pulls.get({ ...REPO, pull_number: number });
  const change =
    'mutation ($id: ID!) { convertPullRequestToDraft(input: {pullRequestId: $id}) { pullRequest { id } } }';
  await stage.agentOf(login).graphql(change, { id: data.node_id });
}
const branchOf = async (number: number) => {
  const { data } = await stage.onlooker.pulls.get({ ...REPO, pull_number: number });
  return data.head.ref;
};
async function certified(): Promise<void> {
  const { incumbent, frontier } = (await stage.leaderboard()).tracks.cpu!;
  expect(incumbent).toMatchObject({ pull: last, blob: gitBlob(fileOf('two')) });
  expect(frontier?.chain).toEqual([]);
  for (const number of [first, last])
    expect(await recordOf(stage, number)).toMatchObject({
      verdict: 'improved',
      chain: { pulls: [first, last] },
    });
}

describe('what an author does to a pull request of a chain changes nothing about the chain', () => {
  it('closing both: certified, and told; what was closed stays closed', async () => {
    for (const [login, number] of [
      ['nova', first],
      ['kai', last],
    ] as const)
      await closed(login, number, 'closed');
    await stage.settle();
    await measureAll(stage, fresh(0.6));
    await certified();
    for (const number of [first, last])
      expect(await stage.view(number)).toMatchObject({
        state: 'closed',
        merged: false,
        labels: ['improved'],
      });
  });

  it('drafts: certified and merged', async () => {
    await draft('nova', first);
    await draft('kai', last);
    await stage.settle();
    await measureAll(stage, fresh(0.6));
    await certified();
    for (const number of [first, last])
      expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
  });

  it('another file is a candidate of its own; the adopted one is certified, and its commit says so', async () => {
    const { head } = await stage.view(last);
    await stage.push('kai', await branchOf(last), { 'train/train.py': fileOf('other') });
    await stage.settle();
    expect((await stage.view(last)).labels).toEqual(['adopted']);
    const other = gitBlob(fileOf('other'));
    await measureAll(stage, (run) => (run.stage === 'baseline' ? 2 : run.blob === other ? 2.6 : 0.6));
    const { incumbent } = (await stage.leaderboard()).tracks.cpu!;
    expect(incumbent).toMatchObject({ pull: last, blob: gitBlob(fileOf('two')) });
    expect(await stage.view(first)).toMatchObject({ merged: true, labels: ['improved'] });
    const view = await stage.view(last);
    expect(view).toMatchObject({ state: 'closed', merged: false, labels: ['regressed'] });
    expect((await stage.check(head))?.output.title).toMatch(/^improved/);
    expect(view.comments[0]).toContain(head.slice(0, 7));
  });

  it('a forced push, refuted: the commit that was pushed away says so', async () => {
    const { head } = await stage.view(last);
    const kai = stage.agentOf('kai').git;
    const at = { owner: 'kai', repo: REPO.repo, ref: `heads/${await branchOf(last)}` };
    await kai.updateRef({ ...at, sha: await stage.main(), force: true });
    await stage.settle();
    await measureAll(stage, fresh(2.1));
    expect(await chainOf(stage)).toEqual({ pulls: [], certifying: null });
    expect(await stage.view(first)).toMatchObject({ state: 'closed', labels: ['not-held'] });
    expect(await recordOf(stage, last)).toMatchObject({ verdict: 'not-held' });
    expect((await stage.check(head))?.output.title).toMatch(/^not-held/);
    // GitHub closes what proposes nothing any more.
    expect(await stage.view(last)).toMatchObject({ state: 'closed', labels: ['not-held'] });
  });
});

describe('a branch that is gone, another base, and reopening', () => {
  it('without its branch it is certified, and told', async () => {
    const kai = stage.agentOf('kai').git;
    await kai.deleteRef({ owner: 'kai', repo: REPO.repo, ref: `heads/${await branchOf(last)}` });
    await stage.settle();
    await measureAll(stage, fresh(0.6));
    await certified();
    expect(await stage.view(first)).toMatchObject({ merged: true });
    expect(await stage.view(last)).toMatchObject({ state: 'closed', labels: ['improved'] });
  });

  it('with another base it is certified, told and closed', async () => {
    const owner = stage.agentOf(REPO.owner).git;
    await owner.createRef({ ...REPO, ref: 'refs/heads/other', sha: await stage.main() });
    await stage.agentOf('kai').pulls.update({ ...REPO, pull_number: last, base: 'other' });
    await stage.settle();
    await measureAll(stage, fresh(0.6));
    await certified();
    expect(await stage.view(first)).toMatchObject({ merged: true });
    expect(await stage.view(last)).toMatchObject({ state: 'closed', labels: ['improved'] });
  });

  it('closed and reopened it is as it was; reopened after it was refuted it is told again', async () => {
    await closed('kai', last, 'closed');
    await stage.settle();
    expect(await stage.view(last)).toMatchObject({ state: 'closed', labels: ['adopted'] });
    await closed('kai', last, 'open');
    await stage.settle();
    expect(await stage.view(last)).toMatchObject({ state: 'open', labels: ['adopted'] });
    await measureAll(stage, fresh(2.1));
    expect(await stage.view(last)).toMatchObject({ state: 'closed', labels: ['not-held'] });
    await closed(REPO.owner, last, 'open');
    await stage.settle();
    expect(await stage.view(last)).toMatchObject({ state: 'closed', labels: ['not-held'] });
    expect(await stage.take()).toBeNull();
  });
});
