import { afterEach, describe, expect, it, vi } from 'vitest';
import { LentOwner } from '../../testing/bot/lent-owner.ts';
import { AUDITED, REPO, SEVERAL, Stage } from '../../testing/bot/stage.ts';
import { CONFIG, LENDING } from '../../testing/examples/config.ts';

/** From an order to a counted result on machines that their owners lend, with no runner in the swarm's own repository. */

let stage: Stage;
afterEach(() => stage.close());

async function began(config: string, ...owners: string[]): Promise<LentOwner[]> {
  stage = await Stage.open({ '.github/descent.yml': config + LENDING });
  await stage.startBot();
  const lent = [];
  for (const login of owners) {
    const owner = await LentOwner.lend(stage, login);
    await owner.say({ status: 'free' });
    lent.push(owner);
  }
  return lent;
}

/** Whoever has a run that waits measures it, until none has. */
async function measureAll(owners: LentOwner[], valBpb: (i: number) => number): Promise<string[]> {
  const by: string[] = [];
  for (let taken = true; taken; ) {
    taken = false;
    for (const owner of owners)
      if (await owner.measure({ valBpb: valBpb(by.length) })) {
        by.push(owner.login);
        taken = true;
      }
  }
  return by;
}

describe('where one run decides', () => {
  it('a pull request is ordered in an owner’s repository, measured there, counted and merged', async () => {
    const [ada] = await began(CONFIG, 'ada');
    expect(await ada!.measure({ valBpb: 2 })).not.toBeNull();
    const before = (await stage.control.requests()).at(-1)!.n;
    const number = await stage.open('nova', 'print("better")\n');
    const taken = await ada!.measure({ valBpb: 1.5 });
    // On the limits of the owner's installation: the order, the run, its jobs and artifacts, the report.
    const asked = (await stage.control.requests(before)).filter(
      ({ actor, path }) => actor === 'descent[bot]' && path.includes(ada!.fullName),
    );
    const lines = asked.map(({ method, path }) => `${method} ${path}`);
    expect(lines.length, lines.join('\n')).toBeLessThanOrEqual(6);
    expect(taken!.job).toMatchObject({ pull: number, repository: 'descent/descent' });
    expect(taken!.job.harness).toMatch(/^[0-9a-f]{40}$/);
    expect(await stage.view(number)).toMatchObject({ merged: true });
    const { owners, tracks } = await stage.leaderboard();
    expect(Object.keys(owners)).toEqual(['ada']);
    expect(Object.keys(tracks.cpu!.machines)).toEqual(['ada.desk']);
  });

  it('a waiting pull request goes on when a machine becomes free', async () => {
    const [ada] = await began(CONFIG, 'ada');
    await ada!.measure({ valBpb: 2 });
    await ada!.say({ status: 'away', why: 'its owner uses it' });
    const number = await stage.open('nova', 'print("worse")\n');
    expect(await ada!.next()).toBeNull();
    await ada!.say({ status: 'free' });
    expect((await ada!.measure({ valBpb: 2.5 }))!.job.pull).toBe(number);
    expect(await stage.view(number)).toMatchObject({ state: 'closed' });
  });

  it('an owner who comes back ends nothing: another owner measures with the same seed', async () => {
    const [ada, bob] = await began(CONFIG, 'ada', 'bob');
    await measureAll([ada!, bob!], () => 2);
    const number = await stage.open('nova', 'print("better")\n');
    const one = await ada!.next();
    const [has, other] = one ? [ada!, bob!] : [bob!, ada!];
    const first = one ?? (await bob!.next());
    await stage.finish(first!, { outcome: 'preempted' });
    await has.say({ status: 'away' });
    const second = await other.measure({ valBpb: 1.5 });
    expect(second!.job).toMatchObject({ pull: number, seed: first!.job.seed, ordinal: first!.job.ordinal });
    expect(second!.runId).not.toBe(first!.runId);
    // Its weights lie in the other owner's repository, and are scored once more here.
    await has.say({ status: 'free' });
    const rescored = await has.measure({ valBpb: 1.5 });
    expect(rescored!.job.rescore).toMatchObject({ repository: other.fullName, runId: second!.runId });
    expect(await stage.view(number)).toMatchObject({ merged: true });
  });
});

describe('while the bot was down', () => {
  /** A pull request is measured meanwhile. @param more happens to it before the bot is back */
  async function measuredMeanwhile(
    valBpb: number,
    more?: (number: number) => Promise<unknown>,
  ): Promise<number> {
    const [ada] = await began(CONFIG, 'ada');
    await ada!.measure({ valBpb: 2 });
    const number = await stage.open('nova', 'print("another")\n');
    const taken = await ada!.next();
    await stage.bot!.close();
    await stage.handIn(taken!, { valBpb });
    await stage.complete(taken!);
    await more?.(number);
    await stage.startBot();
    await stage.bot!.descent.sweep(null);
    return number;
  }

  it('a run ended: it is counted', async () => {
    const number = await measuredMeanwhile(1.5);
    expect(await stage.view(number)).toMatchObject({ merged: true });
  });

  it('a run ended and its pull request was closed: what it measured is kept', async () => {
    await measuredMeanwhile(2.5, (number) =>
      stage.agentOf('nova').pulls.update({ ...REPO, pull_number: number, state: 'closed' }),
    );
    expect((await stage.leaderboard()).tracks.cpu!.counts).toEqual({ regressed: 1 });
  });
});

describe('a machine that dies with a job', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is noticed within two minutes by the clock alone: its run is ended, and another owner gets the same seed', async () => {
    const [ada] = await began(CONFIG, 'ada');
    await ada!.measure({ valBpb: 2 });
    const number = await stage.open('nova', 'print("better")\n');
    const taken = await ada!.next();
    const bob = await LentOwner.lend(stage, 'bob');
    await bob.say({ status: 'free' });
    stage.bot!.descent.lent.tick();
    await stage.settle();
    expect(await bob.next()).toBeNull();
    vi.setSystemTime(Date.now() + 112_000); // in which ada's client says nothing
    stage.bot!.descent.lent.tick();
    await stage.settle();
    const second = await bob.next();
    expect(second!.job).toMatchObject({ pull: number, seed: taken!.job.seed, ordinal: taken!.job.ordinal });
    expect(stage.emulator.world.runs.get(taken!.runId)).toMatchObject({ conclusion: 'cancelled' });
  });

  it('and comes back with its report finds that it counts for nothing', async () => {
    const [ada] = await began(CONFIG, 'ada');
    await ada!.measure({ valBpb: 2 });
    const number = await stage.open('nova', 'print("better")\n');
    const taken = await ada!.next();
    const bob = await LentOwner.lend(stage, 'bob');
    await bob.say({ status: 'free' });
    vi.setSystemTime(Date.now() + 112_000);
    stage.bot!.descent.lent.tick();
    await stage.settle();
    await expect(stage.finish(taken!, { valBpb: 0.1 })).rejects.toThrow();
    await stage.bot!.descent.sweep(null);
    expect(await stage.view(number)).toMatchObject({ state: 'open' });
    expect((await bob.next())!.job.pull).toBe(number);
  });
});

describe('where several runs decide', () => {
  it('owners confirm each other, another scores the weights where they lie, and the gain is merged', async () => {
    const owners = await began(SEVERAL, 'ada', 'bob', 'cleo');
    await measureAll(owners, (i) => 2 + i / 100);
    const number = await stage.open('nova', 'print("better")\n');
    const by = await measureAll(owners, (i) => 1.2 + i / 100);
    expect(new Set(by).size).toBeGreaterThan(1);
    expect(await stage.view(number)).toMatchObject({ merged: true });
  }, 120_000);

  it('audits are repeated on another owner’s machine', async () => {
    const owners = await began(AUDITED, 'ada', 'bob');
    await measureAll(owners, (i) => 2 + i / 100);
    await stage.open('nova', 'print("worse")\n');
    await measureAll(owners, () => 2.9);
    const runs = [...stage.emulator.world.runs.values()];
    expect(runs.some(({ inputs }) => JSON.parse(String(inputs.job)).stage === 'audit')).toBe(true);
    expect(runs.every(({ repository }) => repository.name === 'descent-machine')).toBe(true);
  }, 120_000);
});
