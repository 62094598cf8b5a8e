import { afterEach, describe, expect, it, vi } from 'vitest';
import { BELOW_TAG } from '../../core/formats/comment-tag.ts';
import { checked, events } from '../../testing/bot/events.ts';
import { ADA, BOB, EVE, measureAll, recordOf, threeOwners } from '../../testing/bot/owners.ts';
import { REPO, type Stage } from '../../testing/bot/stage.ts';
import { reportOf } from '../../testing/examples/report.ts';
import { auditSection } from '../say/audits.ts';
import { machineFails } from '../say/machine-fails.ts';

let stage: Stage;
afterEach(() => stage.close());

describe('an audit', () => {
  it('repeats a first job with the same seed on another owner’s machine, after the verdict, and agrees', async () => {
    stage = await threeOwners();
    const number = await stage.open('nova', 'print("worse")\n');
    const first = (await stage.take(ADA))!;
    await stage.finish(first, { valBpb: 2.9 });
    const before = await stage.view(number);
    expect(before).toMatchObject({ state: 'closed', labels: ['regressed'] });
    expect((await stage.codes(number)).rules).toMatchObject({ audits: 'drawn' });
    expect((await recordOf(stage, number)).audits).toMatchObject([{ of: first.runId, outcome: 'open' }]);
    expect((await stage.leaderboard()).tracks.cpu!.audits).toMatchObject([{ pull: number }]);

    expect(await stage.take(ADA)).toBeNull();
    const repeat = (await stage.take(BOB))!;
    expect(repeat.job).toMatchObject({ stage: 'audit', seed: first.job.seed, blob: first.job.blob });
    await stage.finish(repeat, { valBpb: 2.85 });

    const after = await stage.view(number);
    const { output, conclusion } = (await stage.check(after.head))!;
    expect(conclusion).toBe('failure');
    const section = auditSection(await recordOf(stage, number));
    expect(after.comments[0]!.split(BELOW_TAG)[1]!.trim()).toBe(section);
    expect(output.summary!.split(BELOW_TAG)[1]!.trim()).toBe(section);
    const { tracks, owners } = await stage.leaderboard();
    expect(tracks.cpu!.audits).toEqual([]);
    expect(tracks.cpu!.machines['ada.desk']).toMatchObject({ jobs: 1, outliers: [], unvouched: [] });
    expect(owners.bob).toMatchObject({ runs: 3 });
    expect(await recordOf(stage, number)).toMatchObject({
      verdict: 'regressed',
      audits: [{ of: first.runId, why: 'probation', outcome: 'agreed', outlier: null }],
    });
    expect((await events(stage)).at(-1)).toMatchObject({
      ...{ kind: 'audit', pull: number, machine: 'ada.desk', outcome: 'agreed' },
    });
    expect(await checked(stage)).toMatchObject({ difference: null });
  });

  it('waits while open pull requests want the machines, and needs no webhook to go on', async () => {
    stage = await threeOwners();
    await stage.open('nova', 'print("worse")\n');
    const first = (await stage.take(ADA))!;
    for (const who of ['vega', 'orion', 'lyra']) await stage.open(who, `print("${who}")\n`);
    await stage.finish(first, { valBpb: 2.9 });
    const next = [await stage.take(ADA), await stage.take(BOB)];
    expect(next.map((one) => one?.job.stage)).toEqual(['explore', 'explore']);
    await stage.finish(next[0]!, { valBpb: 2.8 });
    await stage.finish(next[1]!, { valBpb: 2.8 });
    const rest = await measureAll(stage, () => 2.85);
    expect(rest.filter((one) => one.startsWith('explore'))).toHaveLength(1);
    await stage.bot!.descent.sweep(null);
    await stage.settle();
    await measureAll(stage, () => 2.85);
    expect((await stage.leaderboard()).tracks.cpu!.audits).toEqual([]);
  });
});

describe('an audit by a machine of another Python', () => {
  it('says nothing of the audited machine: the repeat is refused, and it is asked for again', async () => {
    stage = await threeOwners();
    const number = await stage.open('nova', 'print("worse")\n');
    const audited = (await stage.measureOn(ADA, { valBpb: 2.9 }))!;
    const odd = (await stage.take(BOB))!;
    const { versions } = reportOf(odd.job);
    await stage.finish(odd, { valBpb: 9, versions: { ...versions, python: '3.9.1' } });
    expect((await recordOf(stage, number)).audits).toMatchObject([{ outcome: 'open', runs: [] }]);

    const repeat = (await stage.take(BOB))!;
    expect(repeat.job).toMatchObject({ stage: 'audit', seed: audited.job.seed });
    await stage.finish(repeat, { valBpb: 2.9 });
    expect((await recordOf(stage, number)).audits).toMatchObject([
      { of: audited.runId, outcome: 'agreed', outlier: null, runs: [{ owner: 'bob' }] },
    ]);
    const { machines } = (await stage.leaderboard()).tracks.cpu!;
    for (const machine of Object.values(machines)) expect(machine.outliers).toEqual([]);
  });
});

describe('an audit in which no two machines agree', () => {
  it('blames no machine, and the leaderboard page says that it is unsettled', async () => {
    stage = await threeOwners();
    const number = await stage.open('nova', 'print("unsteady")\n');
    const losses: Record<string, number> = { ada: 2.9, bob: 4.9, eve: 6.9 };
    await measureAll(stage, (machine) => losses[machine]!);
    expect((await recordOf(stage, number)).audits).toMatchObject([{ outcome: 'unsettled', outlier: null }]);
    const { unsettled, machines } = (await stage.leaderboard()).tracks.cpu!;
    expect(unsettled).toMatchObject([{ pull: number }]);
    for (const machine of Object.values(machines)) expect(machine.outliers).toEqual([]);
    expect(await stage.file('results/README.md')).toContain(
      `Left unsettled, since the machines disagree: #${number}.`,
    );
  });
});

describe('an audit that machines fail until it is given up', () => {
  it('says nothing of the audited machine, and the owner of the failing one is told', async () => {
    stage = await threeOwners();
    const number = await stage.open('nova', 'print("worse")\n');
    await stage.measureOn(ADA, { valBpb: 2.9 });
    for (let repeat = await stage.take(BOB); repeat; repeat = await stage.take(BOB)) {
      expect(repeat.job.stage).toBe('audit');
      await stage.complete(repeat, 'failure');
      await stage.settle();
    }
    expect((await recordOf(stage, number)).audits).toMatchObject([{ outcome: 'given-up', outlier: null }]);
    const { data: issues } = await stage.onlooker.issues.listForRepo({ ...REPO, labels: 'machine-fails' });
    const about = { machine: 'bob.lab', track: 'cpu', pull: number, why: '' };
    expect(issues.map(({ title }) => title)).toEqual([machineFails(about).title]);
  });
});

describe('an audit that its owner does not take', () => {
  afterEach(() => void vi.useRealTimers());

  it('goes to another owner', async () => {
    stage = await threeOwners();
    const number = await stage.open('nova', 'print("worse")\n');
    const audited = (await stage.measureOn(ADA, { valBpb: 2.9 }))!; // bob alone could repeat it, and is away
    await stage.open('vega', 'print("worse still")\n');
    await stage.measureOn(EVE, { valBpb: 2.95 });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * 60_000 });
    await stage.bot!.descent.sweep(null);
    await stage.settle();
    const repeat = (await stage.take(EVE))!;
    expect(repeat.job).toMatchObject({ stage: 'audit', seed: audited.job.seed });
    await stage.finish(repeat, { valBpb: 2.9 });
    expect((await recordOf(stage, number)).audits).toMatchObject([
      { outcome: 'agreed', runs: [{ owner: 'eve' }] },
    ]);
  });
});

describe('when the bot dies between a verdict and its audits', () => {
  it('the next sweep of another one orders them', async () => {
    stage = await threeOwners();
    const number = await stage.open('nova', 'print("worse")\n');
    const first = (await stage.take(ADA))!;
    for (const who of ['vega', 'orion']) await stage.open(who, `print("${who}")\n`);
    await stage.finish(first, { valBpb: 2.9 }); // both machines are wanted: the audit waits
    expect((await stage.leaderboard()).tracks.cpu!.audits).toHaveLength(1);
    await stage.bot!.close();
    for (const machine of [ADA, BOB]) await stage.measureOn(machine, { valBpb: 2.8 });
    await stage.startBot();
    await stage.bot!.descent.sweep(null);
    await stage.settle();
    await measureAll(stage, () => 2.85);
    expect((await stage.leaderboard()).tracks.cpu!.audits).toEqual([]);
    expect((await recordOf(stage, number)).audits).toMatchObject([{ outcome: 'agreed' }]);
  }, 90_000);
});
