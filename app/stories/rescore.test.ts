import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../core/formats/report.ts';
import { ADA, BOB, EVE, recordOf, threeOwners } from '../../testing/bot/owners.ts';
import { CONFIG, SEVERAL, Stage, type Taken, zipOf } from '../../testing/bot/stage.ts';
import { sha } from '../../testing/examples/names.ts';
import { reportOf } from '../../testing/examples/report.ts';

/** What may hold the record is scored once more on another owner's machine, from the weights that the first one handed over. */

let stage: Stage;
afterEach(() => stage.close());

const NAMES = ['ada', 'bob', 'eve'];
const THREE = SEVERAL.replace('sigma: 0.1', 'sigma: 0.1\n    owners: [eve]');
const BY_MARGIN = CONFIG.replace('margin: 0.1', 'margin: 0.1\n    owners: [bob, eve]');

/** One run decides, and three owners lend machines. */
async function byMargin(config = BY_MARGIN): Promise<Stage> {
  const stage = await Stage.open({ '.github/descent.yml': config });
  await stage.addMachine('bob', 'lab');
  await stage.addMachine('eve', 'box');
  await stage.begin(2);
  return stage;
}
const REFUSES: Partial<Report> = {
  outcome: 'invalid',
  reason: { code: 'claim-far-off', nats: 3, limit: 0.5 },
  valBpb: null,
  heldoutBpb: null,
  probes: null,
};

/** Every machine takes what it may until there is nothing more. @param answer what a machine says; a loss of 1 by default */
async function play(
  answer: (taken: Taken, name: string) => Partial<Report> | null = () => ({}),
  machines = [ADA, BOB, EVE],
): Promise<Taken[]> {
  const done: Taken[] = [];
  for (let idle = 0, i = 0; idle < machines.length && done.length < 60; i++) {
    const machine = machines[i % machines.length]!;
    const taken = await stage.take(machine);
    idle = taken ? 0 : idle + 1;
    if (!taken) continue;
    done.push(taken);
    const change = answer(taken, NAMES[machine]!);
    if (change === null) return done;
    await stage.finish(taken, { valBpb: 1 + taken.job.seed * 1e-18, ...change });
  }
  return done;
}

const isScoring = (taken: Taken) => taken.job.stage === 'rescore';
const ownerOf = (machine: string) => machine.split('.')[0]!;

describe('a gain that is confirmed', () => {
  it('is scored once more on another owner’s machine, with its own seed, and then merged', async () => {
    stage = await threeOwners(THREE);
    const number = await stage.open('nova', 'print("better")\n');
    const taken = await play((one) => {
      if (!isScoring(one)) expect(one.job.handOver === true).toBe(one.job.stage === 'confirm');
      return {};
    });
    const scorings = taken.filter(isScoring);
    expect(scorings).toHaveLength(1);
    const { rescore, seed } = scorings[0]!.job;
    const first = taken.find((one) => one.runId === rescore!.runId)!;
    expect(first.job).toMatchObject({ stage: 'confirm', seed, blob: scorings[0]!.job.blob });
    expect(ownerOf(first.machine)).not.toBe(ownerOf(scorings[0]!.machine));
    expect(rescore).toMatchObject({
      weights: { sha256: reportOf(first.job).digests.weights },
      claims: { sha256: '4'.repeat(64), bytes: 8000 },
    });

    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: true, labels: ['improved'] });
    expect((await stage.codes(number)).rules).toMatchObject({ certificate: 'certified' });
    const result = await recordOf(stage, number);
    expect(result.rescores).toMatchObject([
      { of: first.runId, outcome: 'agreed', runs: [{ machine: scorings[0]!.machine }] },
    ]);
    expect(result.runs.every((run) => run.discounted === undefined)).toBe(true);
  }, 90_000);

  it.each([
    ['that another machine bears out, too', (loss: number) => loss, 1, true],
    ['that another machine does not confirm is a false one', () => 0.9, 4, false],
  ])(
    'brings a held-out loss %s',
    async (_name, found, scorings, merged) => {
      stage = await threeOwners(THREE);
      const number = await stage.open('nova', 'print("better")\n');
      const heldout = new Map<string, number>(); // by the nonce from which the held-out rows are drawn
      const taken = await play(({ job }) => {
        if (job.rescore) return { heldoutBpb: found(heldout.get(job.rescore.heldout!)!) };
        if (job.stage !== 'confirm') return {};
        heldout.set(job.nonce, 1.1 + job.seed * 1e-17);
        return { heldoutBpb: heldout.get(job.nonce)!, claimsBytes: 8000 };
      });
      expect(taken.filter(isScoring)).toHaveLength(scorings);
      expect(await stage.view(number)).toMatchObject({ merged });
    },
    90_000,
  );

  it('is not merged before: the pull request says what it waits for', async () => {
    stage = await threeOwners(THREE);
    const number = await stage.open('nova', 'print("better")\n');
    const taken = await play((one) => (isScoring(one) ? null : {}));
    expect(taken.at(-1)!.job.stage).toBe('rescore');
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: false, state: 'open' });
    expect(await stage.codes(number)).toMatchObject({ state: 'measuring', rules: { certificate: 'ask' } });
  }, 90_000);

  it('on a track of one owner is merged, and says that no other owner could score it', async () => {
    stage = await Stage.open();
    await stage.begin(2);
    const number = await stage.open('nova', 'print("better")\n');
    await stage.measure({ valBpb: 1.5 });
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: true });
    expect((await recordOf(stage, number)).rescores).toMatchObject([{ outcome: 'single-owner', runs: [] }]);
  });

  it('by one run against a margin is scored once more, too', async () => {
    stage = await byMargin();
    const number = await stage.open('nova', 'print("better")\n');
    const taken = await play();
    expect(taken.map(({ job }) => job.stage)).toEqual(['explore', 'rescore']);
    expect(await stage.view(number)).toMatchObject({ merged: true });
  }, 60_000);
});

describe('a machine that disagrees', () => {
  it('does not keep a gain out alone: a third owner agrees, and the machine gets a strike', async () => {
    stage = await threeOwners(THREE);
    const number = await stage.open('nova', 'print("better")\n');
    let liar = '';
    const taken = await play((one) => {
      if (!isScoring(one) || liar !== '') return {};
      liar = one.machine;
      return REFUSES;
    });
    expect(taken.filter(isScoring)).toHaveLength(2);
    expect(await stage.view(number)).toMatchObject({ merged: true });
    const { machines } = (await stage.leaderboard()).tracks.cpu!;
    expect(machines[liar]!.outliers).toMatchObject([{ pull: number }]);
    expect(Object.values(machines).flatMap((one) => one.outliers)).toHaveLength(1);
  }, 90_000);

  it.each<[string, (taken: Taken) => Promise<Partial<Report> | null>]>([
    ['a file that no other machine bears out is invalid, and no machine is blamed', async () => REFUSES],
    [
      'a loss that the claims do not add up to is a false one',
      async (taken) => {
        await stage.upload(taken, zipOf(reportOf(taken.job, { valBpb: 1.5 })));
        await stage.complete(taken);
        await stage.settle();
        return null;
      },
    ],
  ])(
    '%s',
    async (_name, answer) => {
      stage = await threeOwners(THREE);
      const number = await stage.open('nova', 'print("cheat")\n');
      for (let scorings = 0; scorings < 8; scorings++) {
        const last = (await play((one) => (isScoring(one) ? null : {}))).at(-1);
        if (!last || !isScoring(last)) break;
        const change = await answer(last);
        if (change) await stage.finish(last, change);
      }
      const view = await stage.view(number);
      expect(view).toMatchObject({ merged: false, labels: ['invalid'] });
      const result = await recordOf(stage, number);
      expect(result.reason.code).toBe('not-reproduced');
      expect(result.rescores.map((one) => one.outcome)).toEqual(['refuted', 'refuted']);
      const { machines } = (await stage.leaderboard()).tracks.cpu!;
      expect(Object.values(machines).flatMap((one) => one.outliers)).toEqual([]);
    },
    90_000,
  );

  it('about one machine’s runs alone: that machine lied, its runs do not count, and the gain is confirmed by others', async () => {
    stage = await threeOwners(THREE);
    const number = await stage.open('nova', 'print("better")\n');
    const firsts = new Map<number, string>();
    await play((one) => {
      firsts.set(one.runId, one.machine);
      return isScoring(one) && firsts.get(one.job.rescore!.runId) === 'ada.desk' ? REFUSES : {};
    });
    expect(await stage.view(number)).toMatchObject({ merged: true });
    const result = await recordOf(stage, number);
    const liars = result.rescores.some((one) => one.outcome === 'refuted') ? ['ada.desk'] : [];
    const discounted = result.runs.filter((run) => run.discounted !== undefined).map((run) => run.machine);
    expect(new Set(discounted)).toEqual(new Set(liars));
    const { machines } = (await stage.leaderboard()).tracks.cpu!;
    expect(machines['ada.desk']!.outliers).toHaveLength(liars.length);
  }, 90_000);

  it('ends undecided where there is no third owner', async () => {
    stage = await Stage.open({ '.github/descent.yml': SEVERAL });
    await stage.beginSeveral(2);
    const number = await stage.open('nova', 'print("better")\n');
    await play((one) => (isScoring(one) ? REFUSES : {}), [ADA, BOB]);
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: false, labels: ['inconclusive'] });
    expect((await recordOf(stage, number)).reason.code).toBe('rescore-unsettled');
  }, 90_000);
});

describe('what was handed over', () => {
  it('and is no longer kept: one more confirming run takes its place', async () => {
    stage = await threeOwners(THREE);
    const number = await stage.open('nova', 'print("better")\n');
    const age = () => {
      for (const artifact of stage.emulator.world.artifacts.values())
        if (artifact.name === 'scored') artifact.expiresAt = '2020-01-01T00:00:00Z';
    };
    let confirmed = 0;
    // The first four are collected as if GitHub kept nothing of them any more.
    for (let i = 0; confirmed < 4 && i < 60; i++) {
      const one = await stage.take(i % 3);
      if (!one) continue;
      if (one.job.stage === 'confirm') confirmed += 1;
      const report = reportOf(one.job, { valBpb: 1 + one.job.seed * 1e-18 });
      await stage.upload(one, zipOf(report));
      if (one.job.handOver) await stage.upload(one, zipOf('w'), 'scored');
      age();
      await stage.complete(one);
      await stage.settle();
    }
    expect(await stage.view(number)).toMatchObject({ merged: false, state: 'open' });
    const more = await play();
    expect(more.map(({ job }) => job.stage)).toEqual(['confirm', 'rescore']);
    expect(await stage.view(number)).toMatchObject({ merged: true });
    const { runs } = await recordOf(stage, number);
    expect(runs.filter((run) => run.discounted?.includes('no longer kept'))).toHaveLength(1);
  }, 90_000);

  it('by a machine that lost the job is asked for again, from another owner', async () => {
    stage = await threeOwners(THREE);
    const number = await stage.open('nova', 'print("better")\n');
    const first = (await play((one) => (isScoring(one) ? null : {}))).at(-1)!;
    await stage.complete(first, 'failure');
    await stage.settle();
    const [second] = await play();
    expect(second!.job).toMatchObject({ stage: 'rescore', seed: first.job.seed, rescore: first.job.rescore });
    expect(await stage.view(number)).toMatchObject({ merged: true });
  }, 90_000);

  it.each<[check: string, forge: (report: Report) => Report]>([
    ['seed', (report) => ({ ...report, job: { ...report.job, seed: report.job.seed + 1 } })],
    ['blob', (report) => ({ ...report, job: { ...report.job, blob: sha('0') } })],
    ['rescore', (report) => ({ ...report, job: { ...report.job, rescore: undefined } })],
    ...(['runId', 'artifact'] as const).map((field): [string, (report: Report) => Report] => [
      'rescore',
      (report) => ({ ...report, job: { ...report.job, rescore: { ...report.job.rescore!, [field]: 1 } } }),
    ]),
    ...(['archive', 'weights', 'claims'] as const).map((field): [string, (report: Report) => Report] => [
      'rescore',
      (report) => {
        const rescore = { ...report.job.rescore!, [field]: { sha256: 'f'.repeat(64), bytes: 1 } };
        return { ...report, job: { ...report.job, rescore } };
      },
    ]),
    ['weights', (report) => ({ ...report, digests: { ...report.digests, weights: 'f'.repeat(64) } })],
  ])(
    'is scored as ordered: another %s in the report is refused',
    async (check, forge) => {
      stage = await byMargin(BY_MARGIN.replace('attempts: 2', 'attempts: 1'));
      const number = await stage.open('nova', 'print("better")\n');
      const scoring = (await play((one) => (isScoring(one) ? null : {}))).at(-1)!;
      await stage.upload(scoring, zipOf(forge(reportOf(scoring.job, { valBpb: 1 }))));
      await stage.complete(scoring);
      await stage.settle();
      const view = await stage.view(number);
      expect(view).toMatchObject({ merged: false, state: 'open' });
      expect(await stage.refusedBy(number)).toBe(check);
    },
    60_000,
  );

  it('and is not named in the report: the run is refused', async () => {
    const number = await handIn((report) => {
      const { claims: _, ...digests } = report.digests;
      return { ...report, digests };
    }, true);
    expect(await stage.refusedBy(number)).toBe('scored');
  });

  it('and is missing: the measurement stands; with one owner alone the record is marked', async () => {
    const number = await handIn((report) => report, false);
    expect(await stage.view(number)).toMatchObject({ merged: true });
    expect((await recordOf(stage, number)).rescores).toMatchObject([{ outcome: 'single-owner' }]);
  });

  /** The only machine brings this report, with or without the archive that the order asks for. */
  async function handIn(change: (report: Report) => Report, archive: boolean): Promise<number> {
    stage = await Stage.open({ '.github/descent.yml': CONFIG.replace('attempts: 2', 'attempts: 1') });
    await stage.begin(2);
    const number = await stage.open('mallory', 'print("cheat")\n');
    const taken = (await stage.take())!;
    await stage.upload(taken, zipOf(change(reportOf(taken.job, { valBpb: 0.5 }))));
    if (archive) await stage.upload(taken, zipOf('w'), 'scored');
    await stage.complete(taken);
    await stage.settle();
    return number;
  }
});
