import { afterEach, describe, expect, it, vi } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import {
  afterRuns,
  chainOf,
  FRONTIER,
  fileOf,
  frontierStage,
  leap,
  measureAll,
  openLink,
} from '../../testing/bot/chains.ts';
import { ADA, BOB, EVE, recordOf } from '../../testing/bot/owners.ts';
import { REPO, type Stage } from '../../testing/bot/stage.ts';

/** What goes wrong while a chain is certified. */

// Many jobs, one after the other.
vi.setConfig({ testTimeout: 120_000 });

let stage: Stage;
afterEach(() => stage.close());

/** Two links, and the second's certification is ordered. */
async function certifying(config = FRONTIER): Promise<number[]> {
  stage = await frontierStage(config);
  const first = await openLink(stage, 'nova', 'one');
  await measureAll(stage, 1.75);
  const last = await openLink(stage, 'kai', 'two');
  await stage.measureOn(ADA, { valBpb: 0.6 });
  await stage.measureOn(BOB, { valBpb: 0.61 });
  expect((await chainOf(stage)).certifying).toBe(gitBlob(fileOf('two')));
  return [first, last];
}
const CRASHED = { outcome: 'crashed', valBpb: null, heldoutBpb: null, probes: null } as const;

describe('while a chain is certified', () => {
  it('a run that crashes refutes it', async () => {
    const pulls = await certifying();
    await stage.measureOn(ADA, CRASHED);
    await measureAll(stage, leap);
    expect(await chainOf(stage)).toEqual({ pulls: [], certifying: null });
    for (const number of pulls)
      expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['not-held'] });
    expect((await recordOf(stage, pulls[1]!)).runs.map((run) => run.outcome)).toContain('crashed');
    expect(await stage.take(ADA)).toBeNull();
    expect(await stage.take(BOB)).toBeNull();
  });

  it('machines that fail its runs until they are given up leave the chain as it is; the next link is certified', async () => {
    const pulls = await certifying();
    for (let failed = 0, idle = 0; idle < 2 && failed < 20; ) {
      const taken = await stage.take(failed % 2);
      idle = taken ? 0 : idle + 1;
      failed += 1;
      if (!taken) continue;
      await stage.complete(taken, 'failure');
      await stage.settle();
    }
    const { frontier } = (await stage.leaderboard()).tracks.cpu!;
    expect(frontier).toMatchObject({ certifying: null, chain: [{ tried: false }, { tried: true }] });
    for (const number of pulls)
      expect(await stage.view(number)).toMatchObject({ state: 'open', labels: ['adopted'] });
    await afterRuns(stage, 60);
    const next = await openLink(stage, 'mia', 'three');
    await measureAll(stage, (run) => (run.stage === 'baseline' ? 2 : 0.3));
    expect((await stage.leaderboard()).tracks.cpu!.incumbent.pull).toBe(next);
    for (const number of [...pulls, next])
      expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
  });

  it('two owners who score its weights and do not find what was claimed refute it', async () => {
    const pulls = await certifying(FRONTIER.replace('frontier: true', 'frontier: true\n    owners: [eve]'));
    await stage.addMachine('eve', 'box');
    for (let i = 0, idle = 0; idle < 3 && i < 60; i++) {
      const taken = await stage.take([ADA, BOB, EVE][i % 3]!);
      idle = taken ? 0 : idle + 1;
      if (!taken) continue;
      const { stage: of, seed } = taken.job;
      const valBpb = (of === 'baseline' ? 2 : 0.6) + (seed % 1000) * 1e-6;
      await stage.finish(
        taken,
        of === 'rescore' ? { ...CRASHED, outcome: 'invalid', reason: FAR_OFF } : { valBpb },
      );
    }
    expect((await stage.leaderboard()).tracks.cpu!.incumbent.pull).toBeNull();
    expect((await recordOf(stage, pulls[1]!)).reason.code).toBe('not-reproduced');
    for (const number of pulls)
      expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['not-held'] });
  });
});

const FAR_OFF = { code: 'claim-far-off', nats: 3, limit: 0.5 } as const;

describe('an audit', () => {
  const AUDITED = FRONTIER.replace(/audits:.*\n/, '').replace(
    'frontier: true',
    'frontier: true\n    owners: [eve]',
  );

  it('that agrees leaves an adopted file where it is', async () => {
    stage = await frontierStage(AUDITED.replace('owners: [eve]', ''));
    const number = await openLink(stage, 'nova', 'one');
    await stage.measureOn(ADA, { valBpb: 1.75 });
    const done = await measureAll(stage, (run) => (run.stage === 'baseline' ? 2 : 1.78));
    expect(done).toContain('audit bob');
    expect(await stage.view(number)).toMatchObject({ state: 'open', labels: ['adopted'] });
    expect((await chainOf(stage)).pulls).toEqual([number]);
    expect((await recordOf(stage, number)).audits).toMatchObject([{ outcome: 'agreed' }]);
  });

  it('that finds the outlier who measured it says so; its chain decides whether it holds', async () => {
    stage = await frontierStage(AUDITED);
    await stage.addMachine('eve', 'box');
    const number = await openLink(stage, 'nova', 'one');
    const lie = (await stage.take(EVE))!;
    await stage.finish(lie, { valBpb: 1.4 });
    await measureAll(stage, (run) => (run.stage === 'baseline' ? 2 : 2.1));
    const result = await recordOf(stage, number);
    expect(result.verdict).toBe('adopted');
    expect(result.audits).toMatchObject([{ of: lie.runId, outcome: 'outlier', outlier: 'eve.box' }]);
    expect(result.runs[0]).toMatchObject({ discounted: expect.any(String) });
    expect(await stage.view(number)).toMatchObject({ state: 'open', labels: ['adopted'] });
    expect((await stage.onlooker.issues.listForRepo({ ...REPO, labels: 'machine-blocked' })).data).toEqual(
      [],
    );
  });
});
