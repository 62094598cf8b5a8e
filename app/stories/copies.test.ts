import { afterEach, expect, it } from 'vitest';
import { recordOf } from '../../testing/bot/owners.ts';
import { GOOD_BODY, REPO, Stage } from '../../testing/bot/stage.ts';

/** Check runs belong to commits: a measurement belongs to the pull request it was made for. */
let stage: Stage;
afterEach(() => stage.close());

async function copyOf(number: number, login: string, more: { draft?: boolean } = {}): Promise<number> {
  const { head } = await stage.view(number);
  const agent = await stage.agent(login);
  const branch = `copy-of-${number}`;
  await agent.git.createRef({ owner: login, repo: REPO.repo, ref: `refs/heads/${branch}`, sha: head });
  const asked = { head: `${login}:${branch}`, base: 'main', title: 'Mine', body: GOOD_BODY, ...more };
  const { data } = await agent.pulls.create({ ...REPO, ...asked });
  await stage.settle();
  return data.number;
}

it('a draft copy that GitHub merges with the one it copies learns whose measurement it was', async () => {
  stage = await Stage.open();
  await stage.begin(2);
  const first = await stage.open('nova', 'print("better")\n');
  const taken = (await stage.take())!;
  const copy = await copyOf(first, 'vega', { draft: true });
  await stage.finish(taken, { valBpb: 1.5 });
  expect(await stage.view(first)).toMatchObject({ merged: true, labels: ['improved'] });
  const { labels, comments } = await stage.view(copy);
  expect(labels).toEqual(['duplicate']);
  expect(comments[0]).toContain(`#${first}`);
  expect((await stage.leaderboard()).tracks.cpu!.counts).toEqual({ improved: 1 });
}, 60_000);

it('the state of each pull request on one commit is a check of its own', async () => {
  stage = await Stage.open();
  await stage.begin(2);
  const first = await stage.open('nova', 'print("one")\n');
  const copy = await copyOf(first, 'nova');
  const { head } = await stage.view(first);
  expect(await stage.check(head)).toMatchObject({ status: 'in_progress' });
  expect(await stage.check(head, `descent #${copy}`)).toMatchObject({ conclusion: 'neutral' });
}, 60_000);

it('a result keeps the words of the file that was measured, whatever is pushed and written after', async () => {
  stage = await Stage.open();
  await stage.begin(2);
  const number = await stage.open('nova', 'print("rates")\n', { title: 'Raise the rates' });
  const taken = (await stage.take())!;
  const agent = await stage.agent('nova');
  const { data } = await agent.pulls.get({ ...REPO, pull_number: number });
  const body = '## Hypothesis\nA shorter warm-down leaves more steps.\n';
  await agent.pulls.update({ ...REPO, pull_number: number, title: 'Shorten the warm-down', body });
  await stage.push('nova', data.head.ref, { 'train/train.py': 'print("warm-down")\n' });
  await stage.settle();
  await stage.finish(taken, { valBpb: 2.5 });
  const { authorText, diff } = await recordOf(stage, number);
  expect(diff).toContain('rates');
  expect(authorText).toMatchObject({
    title: 'Raise the rates',
    hypothesis: expect.stringContaining('More steps'),
  });
}, 60_000);

it('a pull request goes back to a commit that it had left before a machine took it', async () => {
  stage = await Stage.open();
  await stage.begin(2);
  const number = await stage.open('nova', 'print("one")\n');
  const { head } = await stage.view(number);
  const agent = await stage.agent('nova');
  const { data } = await agent.pulls.get({ ...REPO, pull_number: number });
  const taken = (await stage.take())!;
  await stage.push('nova', data.head.ref, { 'train/train.py': 'print("two")\n' });
  await stage.settle();
  const ref = `heads/${data.head.ref}`;
  await agent.git.updateRef({ owner: 'nova', repo: REPO.repo, ref, sha: head, force: true });
  await stage.settle();
  await stage.finish(taken, { valBpb: 2.5 });
  expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['regressed'] });
  expect((await stage.leaderboard()).tracks.cpu!.counts).toEqual({ regressed: 1 });
}, 60_000);
