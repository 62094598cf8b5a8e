import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  afterRuns,
  chainOf,
  FRONTIER,
  fileOf,
  frontierStage,
  measureAll,
  openLink,
} from '../../testing/bot/chains.ts';
import { ADA, BOB, EVE, recordOf } from '../../testing/bot/owners.ts';
import type { Stage } from '../../testing/bot/stage.ts';

/** An owner, eve, flatters a friend's files. A run spreads by 0.1. */

// Many jobs, one after the other.
vi.setConfig({ testTimeout: 120_000 });

let stage: Stage;
afterEach(() => stage.close());

const THREE = FRONTIER.replace('frontier: true', 'frontier: true\n    owners: [eve]');
const ALL = [EVE, ADA, BOB];

async function began(): Promise<string> {
  stage = await frontierStage(THREE);
  await stage.addMachine('eve', 'box');
  await openLink(stage, 'nova', 'honest');
  await measureAll(stage, 1.75, [ADA, BOB]);
  return (await stage.leaderboard()).tracks.cpu!.incumbent.blob;
}

describe('a lie of ten sigma', () => {
  it('is adopted by nobody: another owner is asked, and then a third', async () => {
    const main = await began();
    const before = await chainOf(stage);
    const friend = await openLink(stage, 'mallory', 'lie');
    await stage.measureOn(EVE, { valBpb: 0.75 });
    expect((await stage.view(friend)).labels).toEqual([]);
    expect(await stage.take(EVE)).toBeNull();
    await measureAll(stage, 1.95, ALL);
    expect(await chainOf(stage)).toEqual(before);
    expect(await stage.view(friend)).toMatchObject({ state: 'closed', merged: false });
    const owners = (await recordOf(stage, friend)).runs.map((run) => run.owner);
    expect(owners).toEqual(['eve', expect.stringMatching(/ada|bob/), expect.stringMatching(/ada|bob/)]);
    expect((await stage.leaderboard()).tracks.cpu!.incumbent.blob).toBe(main);
  });
});

describe('a lie of three sigma', () => {
  it('is adopted, and refuted when its chain is certified, however eve lies on; honest links before it are told', async () => {
    const main = await began();
    await afterRuns(stage, 60);
    const friend = await openLink(stage, 'mallory', 'lie');
    await stage.measureOn(EVE, { valBpb: 1.4 });
    const { pulls, certifying } = await chainOf(stage);
    expect(pulls).toHaveLength(2);
    expect(certifying).not.toBeNull();
    const done = await measureAll(
      stage,
      (run) => (run.stage === 'baseline' ? 2 : run.machine === 'eve' ? 1 : 2.05),
      ALL,
    );
    expect(done.filter((one) => one.startsWith('confirm') && !one.endsWith('eve')).length).toBeGreaterThan(1);
    expect(await chainOf(stage)).toEqual({ pulls: [], certifying: null });
    for (const number of pulls)
      expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['not-held'] });
    expect(pulls).toContain(friend);
    const { incumbent } = (await stage.leaderboard()).tracks.cpu!;
    expect(incumbent.blob).toBe(main);
    expect(await stage.file('train/train.py', 'frontier')).not.toBe(fileOf('lie'));
  });
});
