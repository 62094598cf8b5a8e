import { afterEach, expect, it } from 'vitest';
import { JOINING_SENTENCE, JOINING_TITLE } from '../../core/rules/taking-part.ts';
import { REPO, Stage } from '../../testing/bot/stage.ts';

let stage: Stage;
afterEach(() => stage.close());

async function issues() {
  const { data } = await stage.onlooker.issues.listForRepo({ ...REPO, state: 'all', labels: 'taking-part' });
  return data;
}

it('the bot keeps one issue where people confirm that they take part, whatever becomes of it', async () => {
  stage = await Stage.open();
  await stage.agent('mallory');
  const maintainer = stage.agentOf(REPO.owner);
  await maintainer.issues.create({ ...REPO, title: JOINING_TITLE, labels: ['taking-part'], body: 'Pay me.' });
  await stage.startBot();
  await stage.bot!.descent.sweep(null);
  await stage.bot!.descent.sweep(null);
  const [own, ...others] = await issues();
  expect(others.map((one) => one.user?.login)).toEqual([REPO.owner]);
  expect(own).toMatchObject({ title: JOINING_TITLE, user: { login: 'descent[bot]', type: 'Bot' } });
  expect(own!.body).toContain(JOINING_SENTENCE);
  expect(own!.body).toContain('MIT licence');

  await maintainer.issues.update({ ...REPO, issue_number: own!.number, state: 'closed', body: 'nothing' });
  await stage.bot!.descent.sweep(null);
  const [restored, ...more] = await issues();
  expect(more).toHaveLength(1);
  expect(restored).toMatchObject({ number: own!.number, state: 'open', body: own!.body });
});
