import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileOf, frontierStage, measureAll, openLink } from '../../testing/bot/chains.ts';
import { REPO, type Stage } from '../../testing/bot/stage.ts';

// Many jobs, one after the other.
vi.setConfig({ testTimeout: 120_000 });

let stage: Stage;
beforeEach(async () => {
  stage = await frontierStage();
  await openLink(stage, 'nova', 'one');
  await measureAll(stage, 1.75);
});
afterEach(() => stage.close());

const FRONTIER = { ...REPO, ref: 'heads/frontier' };
const owner = () => stage.agentOf(REPO.owner).git;
const shown = () => stage.file('train/train.py', 'frontier');

describe('the branch `frontier`', () => {
  it('that a person removes or moves is set right at once', async () => {
    await owner().deleteRef(FRONTIER);
    await stage.settle();
    expect(await shown()).toBe(fileOf('one'));
    await owner().updateRef({ ...FRONTIER, sha: await stage.main(), force: true });
    await stage.settle();
    expect(await shown()).toBe(fileOf('one'));
    const { data: tip } = await stage.onlooker.git.getCommit({
      ...REPO,
      commit_sha: await stage.branch('frontier'),
    });
    const { data: above } = await owner().createCommit({
      ...REPO,
      message: 'Mine',
      tree: (await owner().getCommit({ ...REPO, commit_sha: await stage.main() })).data.tree.sha,
      parents: [tip.sha],
    });
    await owner().updateRef({ ...FRONTIER, sha: above.sha });
    await stage.settle();
    expect(await shown()).toBe(fileOf('one'));
  });

  it('is set right by the next sweep where no webhook came', async () => {
    await stage.bot!.close();
    await owner().deleteRef(FRONTIER);
    await stage.startBot();
    await stage.bot!.descent.sweep(null);
    await stage.settle();
    expect(await shown()).toBe(fileOf('one'));
  });

  it('stays as it is when a person changes the file on main, and the next link goes onto it', async () => {
    await stage.commit({ 'train/train.py': 'print("by hand")\n' });
    expect(await shown()).toBe(fileOf('one'));
    const second = await openLink(stage, 'kai', 'two');
    await measureAll(stage, 1.5);
    const { frontier } = (await stage.leaderboard()).tracks.cpu!;
    expect(frontier?.chain.map(({ pull }) => pull)).toEqual([expect.any(Number), second]);
    expect(await shown()).toBe(fileOf('two'));
  });
});
