import { afterEach, describe, expect, it } from 'vitest';
import { BELOW_TAG } from '../../core/formats/comment-tag.ts';
import { ADA, BOB, EVE, type Loss, measureAll, recordOf, threeOwners } from '../../testing/bot/owners.ts';
import { AUDITED, REPO, type Stage } from '../../testing/bot/stage.ts';
import { auditSection, blocked, suspicious } from '../say/audits.ts';

let stage: Stage;
afterEach(() => stage.close());

describe('a machine that spoils what others measure', () => {
  it('is found by a third owner: its run does not count, and what it spoiled is measured again and merged', async () => {
    stage = await threeOwners();
    const number = await stage.open('nova', 'print("better")\n');
    const lie = (await stage.take(EVE))!;
    await stage.finish(lie, { valBpb: 2.9 });
    expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['regressed'] });

    const honest: Loss = () => 1.2;
    const audits = await measureAll(stage, honest, [ADA, BOB], 2);
    expect(audits.sort()).toEqual(['audit ada', 'audit bob']);
    expect(await stage.view(number)).toMatchObject({ state: 'open', labels: [] });
    await measureAll(stage, honest);
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: true, labels: ['improved'] });
    const result = await recordOf(stage, number);
    expect(result.audits).toContainEqual(
      expect.objectContaining({ of: lie.runId, outcome: 'outlier', outlier: 'eve.box' }),
    );
    expect(view.comments[0]!.split(BELOW_TAG)[1]!.trim()).toBe(auditSection(result));
    expect(result.runs.find((run) => run.runId === lie.runId)).toMatchObject({
      valBpb: 2.9,
      discounted: expect.any(String),
    });
    expect(result.verdict).toBe('improved');
    const { counts, machines, reconsider } = (await stage.leaderboard()).tracks.cpu!;
    expect(counts).toMatchObject({ improved: 1, regressed: 0, invalid: 0 });
    expect(machines['eve.box']).toMatchObject({ outliers: [{ pull: number, author: 'nova' }] });
    expect(reconsider).toEqual([]);
  });

  it('twice within thirty days, in files of two authors: blocked, reported by an issue, and no longer believed', async () => {
    stage = await threeOwners();
    const pulls: number[] = [];
    for (const who of ['nova', 'vega']) {
      pulls.push(await stage.open(who, `print("${who}")\n`));
      await stage.measureOn(EVE, { valBpb: 3.9 });
      await measureAll(stage, () => 2.3);
    }
    const { data: issues } = await stage.onlooker.issues.listForRepo({ ...REPO, labels: 'machine-blocked' });
    const said = blocked({ machine: 'eve.box', owner: 'eve', track: 'cpu', pulls });
    expect(issues.map(({ title, body }) => ({ title, body }))).toEqual([said]);

    // Nothing keeps its runner from taking a job; its report is refused, and another owner is asked by name.
    const number = await stage.open('lyra', 'print("three")\n');
    await stage.measureOn(EVE, { valBpb: 0.5 });
    expect((await stage.view(number)).state).toBe('open');
    expect(await stage.take(EVE)).toBeNull();
    await measureAll(stage, () => 2.9, [ADA, BOB]);
    const result = await recordOf(stage, number);
    expect(result.runs.map((run) => run.owner)).not.toContain('eve');
    expect(result.verdict).toBe('regressed');
  }, 90_000);

  it('after a granted appeal it starts again', async () => {
    const today = new Date().toISOString().slice(0, 10);
    stage = await threeOwners(`${AUDITED}forgiven: { eve.box: "${today}" }\n`);
    for (const who of ['nova', 'vega']) {
      await stage.open(who, `print("${who}")\n`);
      await stage.measureOn(EVE, { valBpb: 3.9 });
      await measureAll(stage, () => 2.3);
    }
    const { machines } = (await stage.leaderboard()).tracks.cpu!;
    expect(machines['eve.box']!.outliers).toHaveLength(2);
    const { data: issues } = await stage.onlooker.issues.listForRepo({ ...REPO, labels: 'machine-blocked' });
    expect(issues).toEqual([]);
  }, 90_000);
});

describe('what an outlier measured before', () => {
  it('is measured again too, when a coloured run gives it away later and nothing vouched for it meanwhile', async () => {
    stage = await threeOwners(`${AUDITED}audits: { probation-jobs: 1, share: 0 }\n`);
    await stage.open('vega', 'print("known")\n');
    await stage.measureOn(EVE, { valBpb: 2.8 });
    await measureAll(stage, () => 2.81, [ADA, BOB]); // her first job is repeated, and vouched for

    const spoiled = await stage.open('orion', 'print("better")\n');
    await stage.measureOn(EVE, { valBpb: 2.9 });
    expect(await stage.view(spoiled)).toMatchObject({ state: 'closed', labels: ['regressed'] });
    expect(await stage.take(ADA)).toBeNull();

    const number = await stage.open('nova', 'print("nothing new")\n');
    await stage.measureOn(ADA, { valBpb: 1.7 });
    const boost: Loss = (who, of) => (who === 'eve' && of === 'confirm' ? 0.9 : 2);
    await measureAll(stage, boost, [ADA, BOB, EVE], 4);
    const { audits, runs } = await recordOf(stage, number);
    const coloured = audits.filter(({ why }) => why === 'colour').map(({ of }) => of);
    expect(runs.filter(({ runId }) => coloured.includes(runId))).toContainEqual(
      expect.objectContaining({ stage: 'confirm', machine: 'eve.box' }),
    );
    const repeated = await measureAll(stage, (_, of) => (of === 'audit' ? 2 : 1.2), [ADA, BOB, EVE]);
    expect(repeated.filter((one) => one.startsWith('audit')).length).toBeGreaterThan(1);

    expect((await stage.leaderboard()).tracks.cpu!.machines['eve.box']!.outliers).toMatchObject([
      { pull: number },
    ]);
    expect(await stage.view(spoiled)).toMatchObject({ merged: true, labels: ['improved'] });
  }, 90_000);

  it('and an auditor who lies is found out as well', async () => {
    stage = await threeOwners();
    const number = await stage.open('nova', 'print("worse")\n');
    await stage.measureOn(EVE, { valBpb: 2.9 });
    const audit = ((await stage.take(ADA)) ?? (await stage.take(BOB)))!;
    await stage.finish(audit, { valBpb: 1.1 });
    await measureAll(stage, () => 2.91, [ADA, BOB]);
    const { machines } = (await stage.leaderboard()).tracks.cpu!;
    expect(machines[audit.machine]!.outliers).toMatchObject([{ pull: number }]);
    expect(machines['eve.box']!.outliers).toEqual([]);
    expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['regressed'] });
  });
});

describe('a selective booster', () => {
  it('never gets a merge alone, and is found out by its friend’s own pull request', async () => {
    stage = await threeOwners();
    const number = await stage.open('friend', 'print("nothing new")\n');
    const boosted = (await stage.take(EVE))!;
    await stage.finish(boosted, { valBpb: 1.2 });
    const loss: Loss = (who, of) => (who === 'eve' && of !== 'audit' ? 1.2 : 2.01);
    await measureAll(stage, loss);
    const view = await stage.view(number);
    expect(view.merged).toBe(false);
    const { incumbent, machines } = (await stage.leaderboard()).tracks.cpu!;
    expect(incumbent.pull).toBeNull();
    expect(machines['eve.box']!.outliers).toMatchObject([{ author: 'friend' }]);

    const again = await stage.open('friend', 'print("nothing new either")\n');
    await stage.measureOn(EVE, { valBpb: 1.2 });
    await measureAll(stage, loss);
    const { data: issues } = await stage.onlooker.issues.listForRepo({ ...REPO, labels: 'machine-blocked' });
    const about = { machine: 'eve.box', owner: 'eve', track: 'cpu', pulls: [number, again] };
    expect(issues.map(({ title, body }) => ({ title, body }))).toEqual([suspicious(about, 'friend')]);
    expect((await stage.leaderboard()).tracks.cpu!.incumbent.pull).toBeNull();
  }, 90_000);
});
