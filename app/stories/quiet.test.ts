import { afterEach, expect, it, vi } from 'vitest';
import { REPO, SEVERAL, Stage } from '../../testing/bot/stage.ts';

/** A quiet repository: no other pull request is opened, and still nothing waits without end. */

let stage: Stage;
afterEach(async () => {
  vi.useRealTimers();
  await stage.close();
});

const ADA = 0;
const BOB = 1;
const HOUR = 3_600_000;

/** Ada's machine alone has measured main's file and a promising pull request of nova's. */
async function oneOwner(): Promise<number> {
  stage = await Stage.open({ '.github/descent.yml': SEVERAL });
  await stage.startBot();
  await stage.bot!.descent.sweep(null);
  for (const valBpb of [2, 2.1, 1.95, 2.05]) await stage.measureOn(ADA, { valBpb });
  const number = await stage.open('nova', 'print("better")\n');
  for (let i = 0; i < 20 && (await stage.view(number)).labels.length === 0; i++)
    await stage.measureOn(ADA, { valBpb: 1.2 + i * 0.001 });
  return number;
}

/** Everything the machine has a job for, at these losses. */
async function measureAll(machines: number[], loss: number): Promise<string[]> {
  const done: string[] = [];
  for (let idle = 0, i = 0; idle < machines.length && done.length < 20; i++) {
    const taken = await stage.take(machines[i % machines.length]!);
    idle = taken ? 0 : idle + 1;
    if (!taken) continue;
    const mean = taken.job.stage === 'baseline' ? 2 : loss;
    await stage.finish(taken, { valBpb: mean + done.length * 0.001 });
    done.push(`${taken.job.stage} ${taken.machine.split('.')[0]}`);
  }
  return done;
}

it('a second owner who comes online is found by a call, without any other pull request, and the gain is merged', async () => {
  const number = await oneOwner();
  const waiting = await stage.view(number);
  expect(waiting.labels).toEqual(['needs-owners']);
  expect(waiting.comments).toHaveLength(1);
  expect(await stage.codes(number)).toMatchObject({ state: 'waiting', rules: { placing: 'owners' } });

  await stage.addMachine('bob', 'lab');
  const call = (await stage.take(BOB))!;
  expect(call.job).toMatchObject({ stage: 'baseline', pull: number });
  // While it is out, what is said stays: the pull request itself is not being measured.
  await stage.bot!.descent.sweep(null);
  expect(await stage.view(number)).toEqual(waiting);
  await stage.finish(call, { valBpb: 2.02 });
  expect((await stage.view(number)).labels).toEqual([]);
  await measureAll([ADA, BOB], 1.21);
  expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
}, 120_000);

it('who is known already may take the call: the next one comes later, and later each time', async () => {
  const number = await oneOwner();
  const waiting = await stage.view(number);
  const calls: number[] = [];
  const begun = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: begun });
  for (let hours = 0; hours < 9; hours += 0.5) {
    vi.setSystemTime(begun + hours * HOUR);
    await stage.bot!.descent.sweep(null);
    const taken = await stage.take(ADA);
    if (!taken) continue;
    expect(taken.job.stage).toBe('baseline');
    calls.push(hours);
    await stage.finish(taken, { valBpb: 2.02 + calls.length * 0.01 });
  }
  expect(calls).toEqual([0, 1, 3, 7]);
  expect(await stage.view(number)).toEqual(waiting);
}, 120_000);

it('a call that a broken machine takes is given up, and the pull request still waits', async () => {
  const number = await oneOwner();
  const waiting = await stage.view(number);
  for (let i = 0; i < 3; i++) {
    const taken = await stage.take(ADA);
    if (!taken) break;
    await stage.complete(taken, 'failure');
    await stage.settle();
  }
  expect(await stage.view(number)).toEqual(waiting);
  const { data } = await stage.onlooker.checks.listForRef({ ...REPO, ref: waiting.head });
  const baseline = data.check_runs.find((one) => one.name === 'descent cpu baseline 1');
  expect(baseline).toMatchObject({ status: 'completed', output: { title: 'not measured' } });
}, 120_000);

it('another pull request comes before a call', async () => {
  const number = await oneOwner();
  await stage.finish((await stage.take(ADA))!, { valBpb: 2.02 }); // the first call
  const other = await stage.open('vega', 'print("worse")\n');
  expect((await stage.take(ADA))?.job.pull).toBe(other);
  await stage.bot!.descent.sweep(null);
  expect((await stage.view(number)).labels).toEqual(['needs-owners']);
}, 120_000);
