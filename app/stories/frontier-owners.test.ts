import { afterEach, describe, expect, it, vi } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import {
  chainOf,
  FRONTIER,
  fileOf,
  frontierStage,
  leap,
  measureAll,
  openLink,
} from '../../testing/bot/chains.ts';
import { ADA, BOB, recordOf } from '../../testing/bot/owners.ts';
import { Stage } from '../../testing/bot/stage.ts';

// Many jobs, one after the other.
vi.setConfig({ testTimeout: 120_000 });

let stage: Stage;
afterEach(() => stage.close());

/** ada alone lends a machine. */
async function alone(config: string): Promise<void> {
  stage = await Stage.open({ '.github/descent.yml': config });
  await stage.startBot();
  await stage.bot!.descent.sweep(null);
  for (const off of [0.05, -0.05, 0.06, -0.04]) await stage.measure({ valBpb: 2 + off });
}

describe('where one owner alone lends a machine', () => {
  it('the frontier works, and main waits and says so; another owner ends that', async () => {
    await alone(FRONTIER);
    const first = await openLink(stage, 'nova', 'one');
    await measureAll(stage, 1.75, [ADA]);
    const last = await openLink(stage, 'kai', 'two');
    await measureAll(stage, 0.6, [ADA]);
    expect(await chainOf(stage)).toEqual({ pulls: [first, last], certifying: gitBlob(fileOf('two')) });
    expect((await stage.leaderboard()).tracks.cpu!.incumbent.pull).toBeNull();
    expect((await stage.view(last)).labels.sort()).toEqual(['adopted', 'needs-owners']);
    expect((await stage.view(first)).labels).toEqual(['adopted']);

    await stage.commit({
      '.github/descent.yml': FRONTIER.replace('frontier: true', 'frontier: true\n    owners: [bob]'),
    });
    await stage.addMachine('bob', 'lab');
    await stage.bot!.descent.sweep(null);
    await measureAll(stage, leap);
    expect((await stage.leaderboard()).tracks.cpu!.incumbent.pull).toBe(last);
    for (const number of [first, last])
      expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
  });

  it('and accepts that: an author certifies a chain of their own overnight, marked `single owner`', async () => {
    await alone(FRONTIER.replace('frontier: true', 'frontier: true\n    few-owners: accept'));
    const first = await openLink(stage, 'ada', 'one');
    await measureAll(stage, 1.75, [ADA]);
    const last = await openLink(stage, 'ada', 'two');
    await measureAll(stage, leap, [ADA]);
    expect((await stage.leaderboard()).tracks.cpu!.incumbent.pull).toBe(last);
    expect(await recordOf(stage, last)).toMatchObject({
      verdict: 'improved',
      evidence: { singleOwner: true },
    });
    for (const number of [first, last])
      expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
  });
});

it('what is adopted does not count against the limit of its author', async () => {
  stage = await frontierStage(FRONTIER.replace('open-per-author: 3', 'open-per-author: 1'));
  const first = await openLink(stage, 'nova', 'one');
  await measureAll(stage, 1.75);
  const second = await openLink(stage, 'nova', 'two');
  expect(await measureAll(stage, 1.5)).not.toEqual([]);
  expect((await chainOf(stage)).pulls).toEqual([first, second]);
});

it('a machine that is blocked in the middle of a certification does not count: another of its owners is asked', async () => {
  stage = await frontierStage(FRONTIER.replace('frontier: true', 'frontier: true\n    owners: [eve]'));
  const first = await openLink(stage, 'nova', 'one');
  await measureAll(stage, 1.75);
  const last = await openLink(stage, 'kai', 'two');
  await stage.measureOn(ADA, { valBpb: 0.6 });
  await stage.measureOn(BOB, { valBpb: 0.61 });
  const taken = (await stage.take(ADA))!;
  expect(taken.job.stage).toBe('confirm');
  await stage.commit({
    '.github/descent.yml': `${FRONTIER.replace('frontier: true', 'frontier: true\n    owners: [eve]')}blocked: [ada.desk]\n`,
  });
  await stage.addMachine('eve', 'box');
  await stage.finish(taken, { valBpb: -5 });
  await measureAll(stage, leap, [BOB, 2]);
  const { incumbent } = (await stage.leaderboard()).tracks.cpu!;
  expect(incumbent.pull).toBe(last);
  const confirmed = (await recordOf(stage, last)).runs.filter((run) => run.stage === 'confirm');
  expect(new Set(confirmed.map((run) => run.owner))).toEqual(new Set(['bob', 'eve']));
  expect(await stage.view(first)).toMatchObject({ merged: true });
});

it('a frontier that is switched off with a chain under way: each file is measured further, alone', async () => {
  stage = await frontierStage();
  const first = await openLink(stage, 'nova', 'one');
  await measureAll(stage, 1.75);
  const second = await openLink(stage, 'kai', 'two');
  await measureAll(stage, 1.5);
  await stage.commit({ '.github/descent.yml': FRONTIER.replace('    frontier: true\n', '') });
  expect((await chainOf(stage)).pulls).toEqual([]);
  for (const number of [first, second]) expect((await stage.view(number)).labels).not.toContain('adopted');
  const one = gitBlob(fileOf('one'));
  await measureAll(stage, (run) => (run.stage === 'baseline' ? 2 : run.blob === one ? 2.2 : 1.2));
  expect(await stage.view(first)).toMatchObject({ state: 'closed', merged: false });
  expect(await stage.view(second)).toMatchObject({ merged: true, labels: ['improved'] });
  const { incumbent, counts } = (await stage.leaderboard()).tracks.cpu!;
  expect(incumbent.pull).toBe(second);
  expect(counts).toMatchObject({ adopted: 0, improved: 1, invalid: 0 });
});
