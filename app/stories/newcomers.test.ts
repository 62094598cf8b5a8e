import { afterEach, expect, it } from 'vitest';
import { CONFIG, REPO, Stage } from '../../testing/bot/stage.ts';

let stage: Stage;
afterEach(() => stage.close());

const NEWCOMERS = `${CONFIG}newcomers:\n  minimum-age-days: 0\n  minimum-merged: 1\n`;

async function comment(login: string, number: number, body: string): Promise<void> {
  await (await stage.agent(login)).issues.createComment({ ...REPO, issue_number: number, body });
  await stage.settle();
}

it("a newcomer's pull request waits until a maintainer approves it; then it is measured and decided like any other", async () => {
  stage = await Stage.open({ '.github/descent.yml': NEWCOMERS });
  await stage.agent('grace');
  const repository = `${REPO.owner}/${REPO.repo}`;
  await stage.control.collaborator({ repository, login: 'grace', permission: 'write' });
  await stage.begin(2);
  const number = await stage.open('nova', 'print("better")\n');
  const waiting = await stage.view(number);
  expect(waiting).toMatchObject({ state: 'open', labels: ['needs-approval'] });
  expect(waiting.comments).toHaveLength(1);
  expect((await stage.codes(number)).rules).toMatchObject({ newcomers: 'needs-approval' });
  expect(await stage.check(waiting.head)).toMatchObject({ conclusion: 'action_required' });
  expect(await stage.take()).toBeNull();

  for (const login of ['mallory', 'nova']) {
    await comment(login, number, '/approve');
    expect((await stage.reply(number)).endings.at(-1)).toBe('refused');
  }
  await comment('grace', number, 'looks fine to me: /approve');
  await stage.bot!.descent.sweep(null);
  expect(await stage.view(number)).toMatchObject({ labels: ['needs-approval'] });
  expect(await stage.take()).toBeNull();

  await comment('grace', number, '/approve');
  expect((await stage.reply(number)).endings).toEqual(['refused', 'refused', 'taken']);
  expect(await stage.view(number)).toMatchObject({ state: 'open', labels: [] });
  await stage.measure({ valBpb: 1.5 });
  expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });

  // Who has a merged experiment is no newcomer any more.
  const next = await stage.open('nova', 'print("better still")\n');
  await stage.measure({ valBpb: 1.2 });
  expect(await stage.view(next)).toMatchObject({ merged: true, labels: ['improved'] });
});

it('an approval is of the file that was read: another one, pushed after it, waits again', async () => {
  stage = await Stage.open({ '.github/descent.yml': NEWCOMERS });
  await stage.begin(2);
  const number = await stage.open('nova', 'print("read this")\n');
  await comment(REPO.owner, number, '/approve');
  const approved = (await stage.take())!;
  const { data } = await stage.onlooker.pulls.get({ ...REPO, pull_number: number });
  await stage.push('nova', data.head.ref, { 'train/train.py': 'print("and not this")\n' });
  await stage.finish(approved, { valBpb: 2.5 });
  expect(await stage.take()).toBeNull();
  expect(await stage.view(number)).toMatchObject({ state: 'open', labels: ['needs-approval'] });

  await comment(REPO.owner, number, '/approve');
  const next = (await stage.take())!;
  expect(next.job).toMatchObject({ pull: number });
  expect(next.job.blob).not.toBe(approved.job.blob);
});

it('an approval is for one pull request: other newcomers, and the same one with another pull request, wait on', async () => {
  stage = await Stage.open({ '.github/descent.yml': NEWCOMERS });
  await stage.begin(2);
  const number = await stage.open('nova', 'print("first try")\n');
  await comment(REPO.owner, number, '/approve');
  await stage.measure({ valBpb: 2.5 });
  const again = await stage.open('nova', 'print("second try")\n');
  const other = await stage.open('vega', 'print("never approved")\n');
  await stage.bot!.descent.sweep(null);
  expect(await stage.take()).toBeNull();
  expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['regressed'] });
  for (const waits of [again, other])
    expect(await stage.view(waits)).toMatchObject({ state: 'open', labels: ['needs-approval'] });
});
