import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../core/formats/report.ts';
import type { ExperimentResult } from '../../core/formats/result.ts';
import { ADA, BOB, EVE, measureAll, recordOf, threeOwners } from '../../testing/bot/owners.ts';
import { AUDITED, type Stage } from '../../testing/bot/stage.ts';
import { reportOf } from '../../testing/examples/report.ts';

/** What a run reports is public as soon as it is collected: an owner may repeat it. */

let stage: Stage;
afterEach(() => stage.close());

async function seenOf(number: number): Promise<number> {
  const { head } = await stage.view(number);
  const text = (await stage.check(head, 'descent cpu explore 1'))!.output.text!;
  return JSON.parse(text.slice(8, -4)).facts.run.valBpb;
}

it('makes no file invalid: another machine measures, the repeat does not count, and the machine is found to be alone', async () => {
  stage = await threeOwners();
  const number = await stage.open('nova', 'print("a gain, not sure yet")\n');
  await stage.measureOn(ADA, { valBpb: 1.9 });
  await stage.measureOn(EVE, { valBpb: await seenOf(number) });
  expect(await stage.view(number)).toMatchObject({ state: 'open', labels: [] });
  expect(await stage.take(EVE)).toBeNull();

  // She goes on with what she may take: confirmations are not hers either.
  const done = await measureAll(stage, (who, of) => (of === 'audit' && who !== 'eve' ? 1.91 : 1.6));
  expect(done.filter((one) => one !== 'audit eve')).not.toContain('confirm eve');
  expect(await stage.view(number)).not.toMatchObject({ labels: ['invalid'] });
  const result = await recordOf(stage, number);
  const hers = result.runs.find((run) => run.owner === 'eve')!;
  expect(hers).toMatchObject({ valBpb: 1.9, discounted: expect.any(String) });
  expect(result.audits.find((audit) => audit.of === hers.runId)).toMatchObject({
    why: 'equal',
    outcome: 'outlier',
    outlier: 'eve.box',
  });
  expect((await stage.leaderboard()).tracks.cpu!.machines['eve.box']!.outliers).toMatchObject([
    { pull: number, author: 'nova' },
  ]);
}, 90_000);

/** Of two runs the second is by eve and repeats something of the first. */
async function copies(
  firstLoss: number,
  stageOfThem: Report['job']['stage'],
  copied: (seen: Report) => Partial<Report>,
): Promise<ExperimentResult['audits'][number] | undefined> {
  const number = await stage.open('nova', 'print("a gain, not sure yet")\n');
  if (stageOfThem === 'confirm') await stage.measureOn(ADA, { valBpb: firstLoss });
  const first = (await stage.take(ADA))!;
  const seen = reportOf(first.job, { valBpb: firstLoss + first.job.seed * 1e-18 }); // as measureAll
  await stage.finish(first, seen);
  const copy = (await stage.take(EVE))!;
  expect([first, copy].map(({ job }) => job.stage)).toEqual([stageOfThem, stageOfThem]);
  await stage.finish(copy, { valBpb: firstLoss + 0.01, ...copied(seen) });
  expect(await stage.view(number)).toMatchObject({ state: 'open', labels: [] });
  if (stageOfThem === 'explore') expect(await stage.take(EVE)).toBeNull();

  await measureAll(stage, () => firstLoss);
  const result = await recordOf(stage, number);
  const hers = result.runs.find((run) => run.runId === copy.runId)!;
  expect(hers).toMatchObject({ owner: 'eve', discounted: expect.any(String) });
  return result.audits.find((audit) => audit.of === hers.runId);
}

describe('what another run reported is found under whatever loss: the run does not count', () => {
  it('a digest of weights, and the run is repeated elsewhere', async () => {
    stage = await threeOwners();
    expect(await copies(1.9, 'explore', ({ digests }) => ({ digests }))).toMatchObject({ why: 'equal' });
  }, 90_000);

  it('a held-out loss, which confirming runs have', async () => {
    stage = await threeOwners(AUDITED.replace('sigma: 0.1', 'sigma: 0.1\n    owners: [eve]'));
    await copies(1.6, 'confirm', ({ heldoutBpb }) => ({ heldoutBpb }));
  }, 90_000);
});

describe('two logins of one person', () => {
  const EVA = 3;
  const both = async (): Promise<Stage> => {
    const stage = await threeOwners(AUDITED.replace('sigma: 0.1', 'sigma: 0.1\n    owners: [eva, eve]'));
    await stage.addMachine('eva', 'box');
    return stage;
  };

  it('do not make a file invalid by repeating another’s loss', async () => {
    stage = await both();
    const number = await stage.open('nova', 'print("a gain, not sure yet")\n');
    await stage.measureOn(ADA, { valBpb: 1.9 });
    await stage.measureOn(EVE, { valBpb: 1.9 });
    await stage.measureOn(EVA, { valBpb: 1.9 });
    expect(await stage.view(number)).toMatchObject({ state: 'open', labels: [] });
    for (const hers of [EVE, EVA]) expect(await stage.take(hers)).toBeNull();
    await measureAll(stage, () => 1.6, [ADA, BOB]);
    expect((await stage.view(number)).labels).not.toContain('invalid');
  }, 90_000);

  it('who confirm a loss they made up bring nothing to main that the others do not show', async () => {
    stage = await both();
    const number = await stage.open('nova', 'print("nothing new")\n');
    await stage.measureOn(EVE, { valBpb: 1.7 });
    await measureAll(stage, (who, of) => (who.startsWith('ev') && of === 'confirm' ? 1.7 : 2), [
      ADA,
      BOB,
      EVE,
      EVA,
    ]);
    const result = await recordOf(stage, number);
    const confirmed = result.runs.filter((run) => run.stage === 'confirm').map((run) => run.owner);
    expect(confirmed).toEqual(expect.arrayContaining(['ada', 'bob', 'eva', 'eve']));
    expect(result.verdict).not.toBe('improved');
    expect((await stage.leaderboard()).tracks.cpu!.incumbent.pull).toBeNull();
  }, 90_000);
});

it.each([
  ['the last digit changed', (seen: number) => seen + 2.3e-16],
  ['the loss of the incumbent’s run', () => 2],
])(
  '%s is a loss like any other',
  async (_, lie) => {
    stage = await threeOwners();
    const number = await stage.open('nova', 'print("a gain, not sure yet")\n');
    await stage.measureOn(ADA, { valBpb: 1.9 });
    await stage.measureOn(EVE, { valBpb: lie(await seenOf(number)) });
    await measureAll(stage, () => 1.9, [ADA, BOB]);
    expect((await stage.view(number)).labels).not.toContain('invalid');
  },
  90_000,
);

it('a file that gives one loss whatever its seed is invalid all the same', async () => {
  stage = await threeOwners();
  const number = await stage.open('nova', 'print("pinned")\n');
  await stage.measureOn(ADA, { valBpb: 1.9 });
  await stage.measureOn(EVE, { valBpb: 1.9 });
  await stage.measureOn(BOB, { valBpb: 1.9 });
  expect((await stage.view(number)).state).toBe('open'); // two of them may be one person
  await stage.measureOn(ADA, { valBpb: 1.9 });
  const view = await stage.view(number);
  expect(view).toMatchObject({ merged: false, labels: ['invalid'] });
  expect((await recordOf(stage, number)).reason.code).toBe('pinned-seed');
});
