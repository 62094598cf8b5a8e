import { afterEach, describe, expect, it } from 'vitest';
import { CONFIG, REPO, Stage } from '../../testing/bot/stage.ts';
import { reportOf } from '../../testing/examples/report.ts';
import { machineFails } from '../say/machine-fails.ts';

let stage: Stage;
afterEach(() => stage.close());

async function began(config = CONFIG): Promise<void> {
  stage = await Stage.open({ '.github/descent.yml': config });
  await stage.begin(2);
}

describe('a machine that fails a job', () => {
  it('is passed over for the next attempt, and the fault is counted against it, not against the file', async () => {
    await began();
    await stage.addMachine('bob', 'lab');
    // bob's machine becomes known by what it finishes.
    const known = await stage.open('nova', 'print("known")\n');
    await stage.measureOn(1, { valBpb: 2.5 });
    expect((await stage.view(known)).labels).toEqual(['regressed']);

    const number = await stage.open('nova', 'print("other")\n');
    const first = (await stage.take(0))!;
    await stage.complete(first, 'failure');
    await stage.settle();
    expect(await stage.take(0)).toBeNull(); // not for the machine that failed
    const second = (await stage.take(1))!;
    expect(second.job).toMatchObject({ blob: first.job.blob, ordinal: 1, stage: 'explore' });
    await stage.finish(second, { valBpb: 2.5 });
    expect((await stage.view(number)).labels).toEqual(['regressed']);
    const { machines } = (await stage.leaderboard()).tracks.cpu!;
    expect(machines['ada.desk']).toMatchObject({ faults: 1 });
    expect(machines['bob.lab']).not.toHaveProperty('faults');

    // Who finishes a job works again.
    await stage.open('nova', 'print("a third")\n');
    await stage.measureOn(0, { valBpb: 2.5 });
    expect((await stage.leaderboard()).tracks.cpu!.machines['ada.desk']).not.toHaveProperty('faults');
  });

  it('and another that fails it, too: both owners are told; asked for again, it goes to a third, and both faults count', async () => {
    await began();
    await stage.addMachine('bob', 'lab');
    await stage.open('nova', 'print("known")\n');
    await stage.measureOn(1, { valBpb: 2.5 });

    const number = await stage.open('nova', 'print("other")\n');
    for (const machine of [0, 1]) {
      await stage.complete((await stage.take(machine))!, 'failure');
      await stage.settle();
    }
    expect(await stage.codes(number)).toMatchObject({ state: 'failed', rules: { swarm: 'swarm-failed' } });
    const issues = async () =>
      (await stage.onlooker.issues.listForRepo({ ...REPO, labels: 'machine-fails' })).data;
    const titles = ['ada.desk', 'bob.lab'].map(
      (machine) => machineFails({ machine, track: 'cpu', pull: number, why: '' }).title,
    );
    expect((await issues()).map(({ title }) => title).sort()).toEqual(titles);

    await stage.addMachine('eve', 'rack');
    await stage.open('vega', 'print("by a third owner")\n');
    await stage.measureOn(2, { valBpb: 2.5 });
    const author = await stage.agent('nova');
    await author.issues.createComment({ ...REPO, issue_number: number, body: '/rerun' });
    await stage.settle();
    await stage.measureOn(2, { valBpb: 2.5 });
    expect((await stage.view(number)).labels).toEqual(['regressed']);
    const { machines } = (await stage.leaderboard()).tracks.cpu!;
    expect(machines).toMatchObject({ 'ada.desk': { faults: 1 }, 'bob.lab': { faults: 1 } });
    expect(await issues()).toHaveLength(2);
  });
});

describe('a track that names its hardware', () => {
  const HARDWARE = CONFIG.replace(
    'device: cpu\n',
    'device: cpu\n    hardware: { devices: ["a processor*"], memory-mib: 1000 }\n',
  );
  const hardware = { device: 'a processor of 2026', cores: 2, memoryMiB: 8000, driver: null };

  it('sends what it asks with every order, and measures on such a machine', async () => {
    stage = await Stage.open({ '.github/descent.yml': HARDWARE });
    await stage.startBot();
    await stage.bot!.descent.sweep(null);
    const taken = (await stage.take())!;
    expect(taken.job.hardware).toEqual({ devices: ['a processor*'], memoryMiB: 1000 });
    await stage.finish(taken, { valBpb: 2, hardware });
    expect((await stage.leaderboard()).tracks.cpu!.incumbent.valBpb).toBe(2);
  });

  it('takes no report of another: neither a crash there nor a better loss is a verdict', async () => {
    stage = await Stage.open({ '.github/descent.yml': HARDWARE });
    await stage.startBot();
    await stage.bot!.descent.sweep(null);
    await stage.measure({ valBpb: 2, hardware });
    const number = await stage.open('nova', 'print("other")\n');
    const other = { ...hardware, device: 'NVIDIA H200' };
    const taken = (await stage.take())!;
    await stage.finish(taken, { ...reportOf(taken.job), valBpb: 1, hardware: other });
    expect(await stage.view(number)).toMatchObject({ state: 'open', merged: false, labels: [] });
    const again = (await stage.take())!;
    await stage.finish(again, { valBpb: 2.5, hardware });
    expect((await stage.view(number)).labels).toEqual(['regressed']);
  });
});
