import { afterEach, describe, expect, it, vi } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { recordOf } from '../../testing/bot/owners.ts';
import { CONFIG, REPO, SEVERAL, Stage } from '../../testing/bot/stage.ts';
import { run } from '../../testing/examples/run.ts';

let stage: Stage;
afterEach(() => stage.close());

const ADA = 0;
const BOB = 1;

async function began(config = SEVERAL): Promise<void> {
  stage = await Stage.open({ '.github/descent.yml': config });
  await stage.beginSeveral(2);
}

/** Each machine measures the jobs it gets until none is left. Losses are taken in turn, slightly apart. */
async function measureAll(losses: number[], machines = [ADA, BOB]): Promise<string[]> {
  const done: string[] = [];
  for (let idle = 0, i = 0; idle < machines.length && done.length < 20; i++) {
    const valBpb = losses[Math.min(done.length, losses.length - 1)]! + done.length * 0.001;
    const taken = await stage.measureOn(machines[i % machines.length]!, { valBpb });
    idle = taken ? 0 : idle + 1;
    if (taken) done.push(`${taken.job.stage} ${taken.machine.split('.')[0]}`);
  }
  return done;
}

/** Until it waits for owners; the call that goes out then is measured like main's file. */
async function measureUntilItWaits(number: number): Promise<void> {
  for (let i = 0; i < 20 && !(await stage.view(number)).labels.includes('needs-owners'); i++)
    await stage.measureOn(i % 2, { valBpb: 1.2 + i * 0.001 });
  for (const machine of [ADA, BOB]) await stage.measureOn(machine, { valBpb: 2.01 });
}

describe('where several runs decide', () => {
  it("main's file is measured four times before anything is compared", async () => {
    await began();
    const { tracks } = await stage.leaderboard();
    expect(tracks.cpu!.runs.map((run) => run.owner)).toEqual(['ada', 'bob', 'ada', 'bob']);
    expect(tracks.cpu!.incumbent.valBpb).toBeCloseTo(2.005, 6);
    expect(tracks.cpu!.distribution).toMatchObject({ count: 4 });
    expect(Object.keys(tracks.cpu!.machines).sort()).toEqual(['ada.desk', 'bob.lab']);
  });

  it('a gain is explored once, confirmed by two owners, and merged with the runs that confirmed it', async () => {
    await began();
    const number = await stage.open('nova', 'print("better")\n');
    const [first, ...confirming] = await measureAll([1.2]);
    expect(first).toBe('explore ada');
    expect(confirming.pop()).toMatch(/^rescore (ada|bob)$/);
    expect(confirming.sort()).toEqual(['confirm ada', 'confirm ada', 'confirm bob', 'confirm bob']);
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: true, labels: ['improved'] });
    const { evidence } = await recordOf(stage, number);
    expect(evidence).toMatchObject({ code: 'confirmed', candidateRuns: 4, owners: 2, singleOwner: false });
    expect(evidence!.effect.estimate).toBeCloseTo(0.805, 2);
    expect(evidence!.effect.low).toBeGreaterThan(0);
    expect((await stage.codes(number)).rules).toMatchObject({ acceptance: 'confirmed', merge: 'merged' });
    const { tracks } = await stage.leaderboard();
    expect(tracks.cpu!.runs.map((run) => run.stage)).toEqual(Array(4).fill('confirm'));
    expect(tracks.cpu!.incumbent).toMatchObject({ pull: number });
    expect(tracks.cpu!.others).toHaveLength(1);
  });

  it('a clear regression ends after one run', async () => {
    await began();
    const number = await stage.open('nova', 'print("worse")\n');
    expect(await measureAll([2.9])).toEqual(['explore ada']);
    expect(await stage.view(number)).toMatchObject({ merged: false, labels: ['regressed'] });
  });

  it('one lucky run does not merge: what fresh runs do not show is inconclusive, and says what it could hide', async () => {
    await began();
    const number = await stage.open('nova', 'print("lucky")\n');
    const stages = await measureAll([1.5, 2.05, 1.98, 2.02, 2.0]);
    expect(stages.filter((one) => one.startsWith('confirm'))).toHaveLength(4);
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: false, state: 'closed', labels: ['inconclusive'] });
    const { evidence, reason } = await recordOf(stage, number);
    expect(reason.code).toBe('not-confirmed');
    expect(evidence!.couldHide).toBeGreaterThan(0);
    expect((await stage.leaderboard()).tracks.cpu!.incumbent.pull).toBeNull();
  });

  it('a small gain has the incumbent measured better and a second round run, and is merged with the eight fresh runs', async () => {
    await began();
    const number = await stage.open('nova', 'print("a little better")\n');
    const stages = await measureAll([1.8, ...Array(4).fill(1.84), ...Array(4).fill(2), 1.76]);
    const kinds = stages.map((one) => one.split(' ')[0]);
    expect(kinds.join(' ')).toBe(
      [
        'explore',
        ...Array(4).fill('confirm'),
        ...Array(4).fill('baseline'),
        ...Array(4).fill('confirm'),
        'rescore',
      ].join(' '),
    );
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: true, labels: ['improved'] });
    const { evidence } = await recordOf(stage, number);
    expect(evidence).toMatchObject({ code: 'confirmed', candidateRuns: 8, owners: 2 });
    const { runs, others } = (await stage.leaderboard()).tracks.cpu!;
    expect(runs.map((run) => run.stage)).toEqual(Array(8).fill('confirm'));
    expect(others[0]).toHaveLength(8);
  });

  it('equal losses under different seeds are a pinned seed', async () => {
    await began();
    const number = await stage.open('nova', 'print("pinned")\n');
    expect(await stage.measureOn(ADA, { valBpb: 1.9 })).toMatchObject({ job: { ordinal: 1 } });
    expect(await stage.measureOn(BOB, { valBpb: 1.9 })).toMatchObject({ job: { ordinal: 2 } });
    expect(await stage.view(number)).toMatchObject({ state: 'open' }); // bob may repeat what ada said
    expect(await stage.measureOn(ADA, { valBpb: 1.9 })).toMatchObject({ job: { ordinal: 3 } });
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: false, labels: ['invalid'] });
    expect((await recordOf(stage, number)).reason.code).toBe('pinned-seed');
  });

  it("an author's own machine confirms nothing of theirs: with too few owners the pull request waits, and says so", async () => {
    await began();
    const number = await stage.open('bob', 'print("better")\n');
    await measureUntilItWaits(number);
    const waiting = await stage.view(number);
    expect(waiting).toMatchObject({ state: 'open', merged: false, labels: ['needs-owners'] });
    expect(waiting.comments).toHaveLength(1);
    expect(await stage.codes(number)).toMatchObject({ state: 'waiting', rules: { placing: 'owners' } });

    // A third owner's machine joins and finishes another job: the pull request continues automatically.
    await stage.addMachine('cleo', 'rack');
    await stage.open('nova', 'print("worse")\n');
    await stage.measureOn(2, { valBpb: 2.9 });
    await measureAll([1.25], [ADA, BOB, 2]);
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
    const { runs } = (await stage.leaderboard()).tracks.cpu!;
    expect(runs.map((run) => run.owner).sort()).toEqual(['ada', 'ada', 'cleo', 'cleo']);
  });

  it('an owner whom the configuration names is asked before their machine has finished a job', async () => {
    await began();
    const number = await stage.open('bob', 'print("better")\n');
    await measureUntilItWaits(number);
    expect(await stage.codes(number)).toMatchObject({ state: 'waiting', rules: { placing: 'owners' } });
    await stage.addMachine('cleo', 'rack');
    await stage.commit({
      '.github/descent.yml': SEVERAL.replace('sigma: 0.1', 'sigma: 0.1\n    owners: [cleo]'),
    });
    await measureAll([1.25], [ADA, BOB, 2]);
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
  });

  it('a track that accepts a single owner says so on the record', async () => {
    stage = await Stage.open({
      '.github/descent.yml': `${SEVERAL.replace('sigma: 0.1', 'sigma: 0.1\n    few-owners: accept')}`,
    });
    await stage.startBot();
    await stage.bot!.descent.sweep(null);
    await measureAll([2, 2.1, 1.95, 2.05], [ADA]);
    const number = await stage.open('nova', 'print("better")\n');
    await measureAll([1.2], [ADA]);
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: true });
    expect((await recordOf(stage, number)).evidence).toMatchObject({ singleOwner: true });
  });
});

describe('a push of comments alone', () => {
  it('while the file is being measured waits for that, and shares its verdict', async () => {
    await began();
    const number = await stage.open('nova', 'print("some")\n');
    const taken = (await stage.take(ADA))!;
    const { data } = await stage.onlooker.pulls.get({ ...REPO, pull_number: number });
    await stage.push('nova', data.head.ref, { 'train/train.py': 'print("some")  # again, please\n' });
    await stage.settle();
    expect(await stage.take(BOB)).toBeNull();
    await stage.finish(taken, { valBpb: 2.9 });
    expect(await stage.take(BOB)).toBeNull();
    expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['regressed'] });
    expect((await stage.leaderboard()).tracks.cpu!.counts).toEqual({ regressed: 1 });
  });
});

describe('a track beside the primary one', () => {
  it("keeps its best file in train/best and leaves main's own alone", async () => {
    const [head, tail] = CONFIG.split('limits:');
    const second = /^ {2}cpu:\n(?: {4}.*\n)+/m.exec(CONFIG)![0].replace('cpu:', 'small:');
    stage = await Stage.open({ '.github/descent.yml': `${head}${second}limits:${tail}` });
    await stage.begin(2);
    const body = '```yaml\nhypothesis: Smaller is enough for a small budget.\ntrack: small\n```\n';
    const number = await stage.open('nova', 'print("small")\n', { body });
    await stage.measure({ valBpb: 3 });
    await stage.measure({ valBpb: 2.5 });
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
    expect(await stage.file('train/best/small.py')).toBe('print("small")\n');
    expect(await stage.file('train/train.py')).toBe('print("the beginning")\n');
    const { tracks } = await stage.leaderboard();
    expect(tracks.cpu!.incumbent.pull).toBeNull();
    expect(tracks.small!.incumbent).toMatchObject({ pull: number, valBpb: 2.5 });
  });
});

describe('evidence belongs to the file', () => {
  it('with other comments and formatting it is answered from the result, and no GPU time is used', async () => {
    await began();
    const first = await stage.open('nova', 'print("worse")\n');
    await measureAll([2.9]);
    const again = await stage.open('vega', '# a new idea\nprint( "worse" )  # really\n', {
      title: 'Another try',
    });
    expect(await stage.take(ADA)).toBeNull();
    const view = await stage.view(again);
    expect(view).toMatchObject({ state: 'closed', merged: false, labels: ['duplicate'] });
    expect((await stage.codes(again)).rules).toMatchObject({ duplicate: 'same-program' });
    expect(await stage.links(again)).toEqual([`result of #${first}`]);
  });

  it('and while the first is being measured the second is its duplicate', async () => {
    await began();
    const first = await stage.open('nova', 'print("some")\n');
    const again = await stage.open('vega', 'print("some") # same\n', { title: 'Another try' });
    const view = await stage.view(again);
    expect(view).toMatchObject({ state: 'closed', labels: ['duplicate'] });
    expect(view.comments[0]).toContain(`#${first}`);
  });
});

describe('the incumbent', () => {
  it('is measured again by one job in ten, and the leaderboard keeps it', async () => {
    await began();
    for (let i = 0; i < 9; i++) {
      await stage.open('nova', `print(${i})\n`, { title: `Try ${i}` });
      await stage.measureOn(ADA, { valBpb: 2.9 });
    }
    expect((await stage.leaderboard()).tracks.cpu!.sinceIncumbent).toBe(9);
    await stage.open('nova', 'print("tenth")\n');
    const regression = await stage.measureOn(ADA, { valBpb: 2.9 });
    const refresh = await stage.measureOn(BOB, { valBpb: 2.01 });
    expect([regression?.job.stage, refresh?.job.stage]).toEqual(['explore', 'baseline']);
    const { runs, sinceIncumbent, incumbent } = (await stage.leaderboard()).tracks.cpu!;
    expect(runs).toHaveLength(5);
    expect(sinceIncumbent).toBe(0);
    expect(incumbent.pull).toBeNull();
  }, 90_000);
});

/** A leaderboard whose incumbent, main's file, was measured with these losses by machines of these owners. */
function measuredBefore(runs: [owner: string, machine: string, valBpb: number][]): Record<string, string> {
  const blob = gitBlob(new TextEncoder().encode('print("the beginning")\n'));
  const at = new Date().toISOString();
  const holder = { pull: null, author: null, title: 'the beginning', blob, valBpb: 2.2, at };
  const machines = Object.fromEntries(
    runs.map(([owner, machine]) => [machine, { owner, jobs: 5, lastSeen: at, outliers: [] }]),
  );
  const measured = runs.map(([owner, machine, valBpb], i) =>
    run(valBpb, { stage: 'baseline', ordinal: i + 1, seed: i, runId: i + 1, owner, machine, at }),
  );
  const cpu = { incumbent: holder, runs: measured, history: [holder], counts: {}, machines };
  const board = { schema: 1, primary: 'cpu', tracks: { cpu }, owners: {} };
  return { '.github/descent.yml': SEVERAL, 'results/leaderboard.json': JSON.stringify(board) };
}

describe('machines differ', () => {
  it('so a fast one is corrected for: its run of a file that changes nothing is not taken for a gain', async () => {
    const desk = [1.99, 2.01, 2].map((loss): [string, string, number] => ['ada', 'ada.desk', loss]);
    const lab = [2.39, 2.41, 2.4].map((loss): [string, string, number] => ['bob', 'bob.lab', loss]);
    stage = await Stage.open(measuredBefore([...desk, ...lab]));
    await stage.startBot();
    const number = await stage.open('nova', 'print("nothing new")\n');
    // 0.2 below the incumbent's mean, two sigma: uncorrected, this would go on to confirm.
    await stage.measureOn(ADA, { valBpb: 2.005 });
    const view = await stage.view(number);
    expect(view).toMatchObject({ state: 'closed', labels: ['inconclusive'] });
    const { reason, runs } = await recordOf(stage, number);
    expect(reason.code).toBe('no-gain');
    expect(runs.map((one) => one.stage)).not.toContain('confirm');
  });
});

describe('no owner decides alone', () => {
  it('so an incumbent that one owner measured is measured by others before a gain counts', async () => {
    const runs = [2.19, 2.21, 2.2, 2.22].map((loss): [string, string, number] => ['ada', 'ada.desk', loss]);
    stage = await Stage.open(measuredBefore([...runs, ['bob', 'bob.lab', 2.2]]));
    await stage.addMachine('bob', 'lab');
    await stage.startBot();
    const number = await stage.open('nova', 'print("better")\n');
    const stages = await measureAll([1.2, 1.21, 1.22, 1.23, 1.24, 2.2, 2.21]);
    const repeats = stages.filter((one) => one.startsWith('baseline'));
    expect(repeats).toEqual(['baseline bob', 'baseline bob']);
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
  });
});

describe('a run meant for one owner', () => {
  afterEach(() => void vi.useRealTimers());

  it('that their machine does not take for long goes to another owner', async () => {
    await began();
    await stage.addMachine('cleo', 'rack');
    const CLEO = 2;
    const regression = await stage.open('vega', 'print("worse")\n');
    await stage.measureOn(CLEO, { valBpb: 2.9 });
    expect(await stage.view(regression)).toMatchObject({ labels: ['regressed'] });
    const number = await stage.open('nova', 'print("better")\n');
    await stage.measureOn(CLEO, { valBpb: 1.2 });

    // Ada's machine is switched off: what was sent to it waits, while the others measure theirs.
    await stage.measureOn(BOB, { valBpb: 1.21 });
    await stage.measureOn(CLEO, { valBpb: 1.19 });
    expect(await stage.take(BOB)).toBeNull();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * 60_000 });
    await stage.bot!.descent.sweep(null);
    await stage.settle();
    await measureAll([1.25], [BOB, CLEO]);
    // The scoring may wait for Ada's machine as well.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * 60_000 });
    await stage.bot!.descent.sweep(null);
    await stage.settle();
    await measureAll([1.25], [BOB, CLEO]);
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
    const { runs } = (await stage.leaderboard()).tracks.cpu!;
    expect(runs.map((run) => run.owner).sort()).toEqual(['bob', 'bob', 'cleo', 'cleo']);
  });
});
