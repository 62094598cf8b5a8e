import { afterEach, expect, it } from 'vitest';
import { REPO, Stage } from '../../testing/bot/stage.ts';

let stage: Stage;
afterEach(() => stage.close());

it('an owner called `constructor` is credited like anybody, and the swarm goes on', async () => {
  stage = await Stage.open();
  await stage.begin(2);
  await stage.addMachine('constructor', 'desk');
  const number = await stage.open('nova', 'print("other")\n');
  await stage.measureOn(1, { valBpb: 2.5 });
  expect(await stage.view(number)).toMatchObject({ labels: ['regressed'] });
  const owners = new Map(Object.entries((await stage.leaderboard()).owners));
  expect(owners.get('constructor')).toMatchObject({ runs: 1 });
}, 60_000);

it('a pull request that targets another branch by now is recorded and moves no main, until it is changed back', async () => {
  stage = await Stage.open();
  await stage.begin(2);
  const owner = stage.agentOf(REPO.owner);
  await owner.git.createRef({ ...REPO, ref: 'refs/heads/dev', sha: await stage.main() });
  const number = await stage.open('nova', 'print("better")\n');
  const taken = (await stage.take())!;
  const agent = await stage.agent('nova');
  await agent.pulls.update({ ...REPO, pull_number: number, base: 'dev' });
  await stage.settle();
  await stage.finish(taken, { valBpb: 1.5 });
  expect(await stage.file('train/train.py')).toBe('print("the beginning")\n');
  expect((await stage.codes(number)).rules).toMatchObject({ verdict: 'improved', merge: 'other-base' });
  await agent.pulls.update({ ...REPO, pull_number: number, base: 'main' });
  await stage.settle();
  expect(await stage.file('train/train.py')).toBe('print("better")\n');
}, 60_000);

it('a worse file merged by hand is reported, and bringing the best back is no duplicate and needs no machine', async () => {
  stage = await Stage.open();
  await stage.begin(2);
  const number = await stage.open('nova', 'print("worse")\n');
  const taken = (await stage.take())!;
  await stage.agentOf(REPO.owner).pulls.merge({ ...REPO, pull_number: number });
  await stage.settle();
  await stage.finish(taken, { valBpb: 2.5 });
  expect((await stage.codes(number)).rules).toMatchObject({ verdict: 'regressed', merge: 'hand-merged' });
  const { data } = await stage.onlooker.issues.listForRepo({ ...REPO, labels: 'main-not-best' });
  expect(data).toHaveLength(1);
  const back = await stage.open('vega', 'print("the beginning")\n', { title: 'Back to the best' });
  expect(await stage.view(back)).toMatchObject({ state: 'closed', labels: [] });
  expect(await stage.file('train/train.py')).toBe('print("the beginning")\n');
  expect(await stage.take()).toBeNull();
}, 60_000);
