import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ExperimentRecord } from '../../results/schema.ts';
import { recordSchema } from '../../results/schema.ts';
import { AUDITED, REPO, Stage } from '../testing/stage.ts';

let stage: Stage;
afterEach(() => stage.close());

const ADA = 0;
const BOB = 1;
const EVE = 2;
const NAMES = ['ada', 'bob', 'eve'];

/** Three owners; main's file is known to be at 2, and eve's machine has measured something, so that everybody knows her. */
async function began(config = AUDITED): Promise<void> {
  stage = await Stage.open({ '.github/descent.yml': config });
  await stage.beginSeveral(2);
  await stage.addMachine('eve', 'box');
}

type Loss = (machine: string, stageOfRun: string) => number;

/** Whoever has a job for them measures it, until there is none. What a machine says is up to `loss`. */
async function measureAll(loss: Loss, machines = [ADA, BOB, EVE], most = 40): Promise<string[]> {
  const done: string[] = [];
  for (let idle = 0, i = 0; idle < machines.length && done.length < most; i++) {
    const machine = machines[i % machines.length]!;
    const taken = await stage.take(machine);
    idle = taken ? 0 : idle + 1;
    if (!taken) continue;
    const valBpb = loss(NAMES[machine]!, taken.job.stage) + taken.job.seed * 1e-18;
    await stage.finish(taken, { valBpb });
    done.push(`${taken.job.stage} ${NAMES[machine]}`);
  }
  return done;
}

async function recordOf(pull: number): Promise<ExperimentRecord> {
  const { data } = await stage.onlooker.repos.getContent({ ...REPO, path: 'results/experiments/0' });
  const file = (data as { name: string }[]).find((one) => one.name.startsWith(`${pull}-`))!;
  return recordSchema.parse(JSON.parse(await stage.file(`results/experiments/0/${file.name}`)));
}

describe('an audit', () => {
  it('repeats a first job with the same seed on another owner’s machine, after the verdict, and agrees', async () => {
    await began();
    const number = await stage.open('nova', 'print("worse")\n');
    const first = (await stage.take(ADA))!;
    await stage.finish(first, { valBpb: 2.9 });
    const before = await stage.view(number);
    expect(before).toMatchObject({ state: 'closed', labels: ['regressed'] });
    expect(before.comments[0]).toContain(
      'explore 1 on `ada.desk` (among the first jobs of its machine): not settled yet',
    );
    expect((await stage.leaderboard()).tracks.cpu!.audits).toMatchObject([{ pull: number }]);

    expect(await stage.take(ADA)).toBeNull();
    const repeat = (await stage.take(BOB))!;
    expect(repeat.job).toMatchObject({ stage: 'audit', seed: first.job.seed, blob: first.job.blob });
    await stage.finish(repeat, { valBpb: 2.85 });

    const after = await stage.view(number);
    expect(after.comments[0]).toContain('repeated: 2.8500 on `bob.lab`: they agree');
    expect((await stage.check(after.head))!.output.summary).toContain('on `bob.lab`: they agree');
    expect((await stage.check(after.head))!.conclusion).toBe('failure');
    const { tracks, owners } = await stage.leaderboard();
    expect(tracks.cpu!.audits).toEqual([]);
    expect(tracks.cpu!.machines['ada.desk']).toMatchObject({ jobs: 1, outliers: [], unvouched: [] });
    expect(owners.bob).toMatchObject({ runs: 3 });
    expect(await recordOf(number)).toMatchObject({
      verdict: 'regressed',
      audits: [{ of: first.runId, why: 'probation', outcome: 'agreed', outlier: null }],
    });
    const { data } = await stage.onlooker.repos.listCommits({ ...REPO, per_page: 1 });
    expect(data[0]!.commit.message).toMatch(/^audit: agreed \(#\d+\)/);
  });

  it('waits while open requests want the machines, and needs no webhook to go on', async () => {
    await began();
    await stage.open('nova', 'print("worse")\n');
    const first = (await stage.take(ADA))!;
    for (const who of ['vega', 'orion', 'lyra']) await stage.open(who, `print("${who}")\n`);
    await stage.finish(first, { valBpb: 2.9 });
    const next = [await stage.take(ADA), await stage.take(BOB)];
    expect(next.map((one) => one?.job.stage)).toEqual(['explore', 'explore']);
    await stage.finish(next[0]!, { valBpb: 2.8 });
    await stage.finish(next[1]!, { valBpb: 2.8 });
    const rest = await measureAll(() => 2.85);
    expect(rest.filter((one) => one.startsWith('explore'))).toHaveLength(1);
    await stage.bot!.descent.sweep(null);
    await stage.settle();
    await measureAll(() => 2.85);
    expect((await stage.leaderboard()).tracks.cpu!.audits).toEqual([]);
  });
});

describe('a machine that spoils what others measure', () => {
  it('is found by a third owner: its run does not count, and what it spoiled is measured again and merged', async () => {
    await began();
    const number = await stage.open('nova', 'print("better")\n');
    const lie = (await stage.take(EVE))!;
    await stage.finish(lie, { valBpb: 2.9 });
    expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['regressed'] });

    const honest: Loss = () => 1.2;
    const audits = await measureAll(honest, [ADA, BOB], 2);
    expect(audits.sort()).toEqual(['audit ada', 'audit bob']);
    expect(await stage.view(number)).toMatchObject({ state: 'open', labels: [] });
    await measureAll(honest);
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: true, labels: ['improved'] });
    expect(view.comments[0]).toContain('`eve.box` stands alone');
    expect(view.comments[0]).toContain('Some runs do not count');
    const record = await recordOf(number);
    expect(record.runs.find((run) => run.runId === lie.runId)).toMatchObject({
      valBpb: 2.9,
      discounted: expect.stringContaining('eve.box'),
    });
    expect(record.verdict).toBe('improved');
    const { counts, machines, reconsider } = (await stage.leaderboard()).tracks.cpu!;
    expect(counts).toMatchObject({ improved: 1, regressed: 0, invalid: 0 });
    expect(machines['eve.box']).toMatchObject({ outliers: [{ pull: number, author: 'nova' }] });
    expect(reconsider).toEqual([]);
  });

  it('twice within thirty days, in files of two authors: blocked, told by an issue, and not believed any more', async () => {
    await began();
    for (const who of ['nova', 'vega']) {
      await stage.open(who, `print("${who}")\n`);
      await stage.measureOn(EVE, { valBpb: 3.9 });
      await measureAll(() => 2.3);
    }
    const { data: issues } = await stage.onlooker.issues.listForRepo({ ...REPO, labels: 'machine-blocked' });
    expect(issues.map((issue) => issue.title)).toEqual(['Machine eve.box is blocked on cpu']);
    expect(issues[0]!.body).toContain('@eve');
    expect(issues[0]!.body).toContain('To appeal, answer here');
    expect(await stage.file('results/README.md')).toMatch(
      /Machines that stood alone in an audit: `eve.box` \(#\d+, [\d-]+\), `eve.box` \(#\d+, /,
    );

    // Nothing keeps its runner from taking a job; its report is refused, and another owner is asked by name.
    const number = await stage.open('lyra', 'print("three")\n');
    await stage.measureOn(EVE, { valBpb: 0.5 });
    expect((await stage.view(number)).state).toBe('open');
    expect(await stage.take(EVE)).toBeNull();
    await measureAll(() => 2.9, [ADA, BOB]);
    const record = await recordOf(number);
    expect(record.runs.map((run) => run.owner)).not.toContain('eve');
    expect(record.verdict).toBe('regressed');
  }, 90_000);

  it('an appeal that was granted lets it begin anew', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    expect(today < tomorrow).toBe(true);
    await began(`${AUDITED}forgiven: { eve.box: "${tomorrow}" }\n`);
    for (const who of ['nova', 'vega']) {
      await stage.open(who, `print("${who}")\n`);
      await stage.measureOn(EVE, { valBpb: 3.9 });
      await measureAll(() => 2.3);
    }
    const { machines } = (await stage.leaderboard()).tracks.cpu!;
    expect(machines['eve.box']!.outliers).toHaveLength(2);
    const { data: issues } = await stage.onlooker.issues.listForRepo({ ...REPO, labels: 'machine-blocked' });
    expect(issues).toEqual([]);
  }, 90_000);
});

describe('what an outlier measured before', () => {
  it('is measured again too, when a coloured run gives it away later and nothing vouched for it meanwhile', async () => {
    await began(`${AUDITED}audits: { probation-jobs: 1, share: 0 }\n`);
    await stage.open('vega', 'print("known")\n');
    await stage.measureOn(EVE, { valBpb: 2.8 });
    await measureAll(() => 2.81, [ADA, BOB]); // her first job is repeated, and vouched for

    const spoiled = await stage.open('orion', 'print("better")\n');
    await stage.measureOn(EVE, { valBpb: 2.9 });
    expect(await stage.view(spoiled)).toMatchObject({ state: 'closed', labels: ['regressed'] });
    expect(await stage.take(ADA)).toBeNull();

    const number = await stage.open('nova', 'print("nothing new")\n');
    await stage.measureOn(ADA, { valBpb: 1.7 });
    const boost: Loss = (who, of) => (who === 'eve' && of === 'confirm' ? 1.5 : 2);
    await measureAll(boost, [ADA, BOB, EVE], 4);
    expect((await stage.view(number)).comments[0]).toMatch(/confirm \d on `eve.box` \(far from what runs/);
    const repeated = await measureAll((_, of) => (of === 'audit' ? 2 : 1.2), [ADA, BOB, EVE]);
    expect(repeated.filter((one) => one.startsWith('audit')).length).toBeGreaterThan(1);

    expect((await stage.leaderboard()).tracks.cpu!.machines['eve.box']!.outliers).toMatchObject([
      { pull: number },
    ]);
    expect(await stage.view(spoiled)).toMatchObject({ merged: true, labels: ['improved'] });
  }, 90_000);

  it('and an auditor who lies is found out as well', async () => {
    await began();
    const number = await stage.open('nova', 'print("worse")\n');
    await stage.measureOn(EVE, { valBpb: 2.9 });
    const audit = ((await stage.take(ADA)) ?? (await stage.take(BOB)))!;
    await stage.finish(audit, { valBpb: 1.1 });
    await measureAll(() => 2.91, [ADA, BOB]);
    const { machines } = (await stage.leaderboard()).tracks.cpu!;
    expect(machines[audit.machine]!.outliers).toMatchObject([{ pull: number }]);
    expect(machines['eve.box']!.outliers).toEqual([]);
    expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['regressed'] });
  });
});

describe('an audit that its owner does not take', () => {
  afterEach(() => void vi.useRealTimers());

  it('goes to another owner', async () => {
    await began();
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
    expect((await recordOf(number)).audits).toMatchObject([{ outcome: 'agreed', runs: [{ owner: 'eve' }] }]);
  });
});

describe('when the bot dies between a verdict and its audits', () => {
  it('the next sweep of another one orders them', async () => {
    await began();
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
    await measureAll(() => 2.85);
    expect((await stage.leaderboard()).tracks.cpu!.audits).toEqual([]);
    expect((await recordOf(number)).audits).toMatchObject([{ outcome: 'agreed' }]);
  }, 90_000);
});

describe('a selective booster', () => {
  it('never gets a merge alone, and is found out by its friend’s own request', async () => {
    await began();
    const number = await stage.open('friend', 'print("nothing new")\n');
    const boosted = (await stage.take(EVE))!;
    await stage.finish(boosted, { valBpb: 1.2 });
    const loss: Loss = (who, of) => (who === 'eve' && of !== 'audit' ? 1.2 : 2.01);
    await measureAll(loss);
    const view = await stage.view(number);
    expect(view.merged).toBe(false);
    const { incumbent, machines } = (await stage.leaderboard()).tracks.cpu!;
    expect(incumbent.pull).toBeNull();
    expect(machines['eve.box']!.outliers).toMatchObject([{ author: 'friend' }]);

    await stage.open('friend', 'print("nothing new either")\n');
    await stage.measureOn(EVE, { valBpb: 1.2 });
    await measureAll(loss);
    const { data: issues } = await stage.onlooker.issues.listForRepo({ ...REPO, labels: 'machine-blocked' });
    expect(issues.map((issue) => issue.title)).toEqual([
      'Machine eve.box and the files of friend do not go together on cpu',
    ]);
    expect((await stage.leaderboard()).tracks.cpu!.incumbent.pull).toBeNull();
  }, 90_000);
});
