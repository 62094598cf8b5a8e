import { afterEach, describe, expect, it, vi } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { chainOf, FRONTIER, fileOf, frontierStage, measureAll, openLink } from '../../testing/bot/chains.ts';
import { ADA, BOB, EVE, recordOf } from '../../testing/bot/owners.ts';
import type { Stage } from '../../testing/bot/stage.ts';

// Many jobs, one after the other.
vi.setConfig({ testTimeout: 120_000 });

let stage: Stage;
afterEach(() => stage.close());

/** Links that each look a little better, and one that looks like a leap: their certification is ordered. */
async function chained(): Promise<number[]> {
  const first = await openLink(stage, 'nova', 'one');
  await measureAll(stage, 1.75);
  const second = await openLink(stage, 'kai', 'two');
  await measureAll(stage, 1.6);
  const third = await openLink(stage, 'lin', 'three');
  return [first, second, third];
}

const leap = (fresh: number) => (run: { stage: string; blob: string }) =>
  run.stage === 'baseline' ? 2 : run.stage === 'confirm' ? fresh : 0.6;

describe('a chain that fresh runs refute', () => {
  it('goes: main stays, the branch goes back to it, and every pull request of the chain is told and closed', async () => {
    stage = await frontierStage();
    const before = (await stage.leaderboard()).tracks.cpu!;
    const pulls = await chained();
    const done = await measureAll(stage, leap(2.05));
    expect(done.filter((one) => one.startsWith('confirm'))).toHaveLength(4);
    const { incumbent, frontier, counts } = (await stage.leaderboard()).tracks.cpu!;
    expect(incumbent.blob).toBe(before.incumbent.blob);
    expect(frontier).toMatchObject({ chain: [], compositions: [], certifying: null });
    expect(await stage.file('train/train.py', 'frontier')).toBe(await stage.file('train/train.py'));
    for (const number of pulls) {
      expect(await stage.view(number)).toMatchObject({
        merged: false,
        state: 'closed',
        labels: ['not-held'],
      });
      expect(await recordOf(stage, number)).toMatchObject({ verdict: 'not-held', chain: { pulls } });
    }
    expect((await recordOf(stage, pulls[2]!)).runs.filter((run) => run.stage === 'confirm')).toHaveLength(4);
    expect(await recordOf(stage, pulls[0]!)).toMatchObject({ reason: { code: 'chain-refuted' } });
    const { comments } = await stage.view(pulls[0]!);
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain(`result of #${pulls[2]}`);
    expect(counts).toMatchObject({ 'not-held': 3, adopted: 0 });
  });

  it('what comes next is compared with main again', async () => {
    stage = await frontierStage();
    await chained();
    await measureAll(stage, leap(2.05));
    const next = await openLink(stage, 'mia', 'next');
    await measureAll(stage, 1.75);
    expect(await chainOf(stage)).toEqual({ pulls: [next], certifying: null });
    expect(await stage.file('train/train.py', 'frontier')).toBe(fileOf('next'));
    const base = (await recordOf(stage, next)).base?.blob;
    expect(base).toBe((await stage.leaderboard()).tracks.cpu!.incumbent.blob);
  });

  it('and what was adopted on it meanwhile does not hold either', async () => {
    stage = await frontierStage(FRONTIER.replace('capacity: 2', 'capacity: 6'));
    await stage.addMachine('eve', 'box');
    const pulls = await chained();
    await stage.measureOn(ADA, { valBpb: 0.6 });
    await stage.measureOn(BOB, { valBpb: 0.61 });
    expect((await chainOf(stage)).certifying).toBe(gitBlob(fileOf('three')));
    const later = await openLink(stage, 'mia', 'later');
    await stage.measureOn(EVE, { valBpb: 0.3 });
    expect((await chainOf(stage)).pulls).toEqual([...pulls, later]);
    await measureAll(stage, leap(2.05));
    expect((await chainOf(stage)).pulls).toEqual([]);
    for (const number of [...pulls, later])
      expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['not-held'] });
  });
});

describe('a chain that is somewhat better and not shown', () => {
  it('stays open and grows on; with another link it is certified', async () => {
    stage = await frontierStage();
    const pulls = await chained();
    await measureAll(stage, leap(1.95));
    const first = (await stage.leaderboard()).tracks.cpu!.frontier!;
    expect(first.chain.map(({ pull, tried }) => ({ pull, tried }))).toEqual(
      pulls.map((pull, i) => ({ pull, tried: i === 2 })),
    );
    expect(first.certifying).toBeNull();
    for (const number of pulls)
      expect(await stage.view(number)).toMatchObject({ state: 'open', labels: ['adopted'] });
    const fourth = await openLink(stage, 'mia', 'four');
    await measureAll(stage, 0.5);
    const { incumbent, frontier } = (await stage.leaderboard()).tracks.cpu!;
    expect(incumbent.pull).toBe(fourth);
    expect(frontier?.chain).toEqual([]);
    for (const number of [...pulls, fourth])
      expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
  });
});
