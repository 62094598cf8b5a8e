import { afterEach, beforeEach, expect, it } from 'vitest';
import { BORROWING, Borrower, lendTo } from '../../testing/bot/borrower.ts';
import { LentOwner } from '../../testing/bot/lent-owner.ts';
import { REPO, Stage } from '../../testing/bot/stage.ts';
import { CONFIG, LENDING } from '../../testing/examples/config.ts';

/** Who lent a machine draws on others'. */

let stage: Stage;
let nova: Borrower;
let ada: LentOwner;
beforeEach(async () => {
  stage = await Stage.open({ '.github/descent.yml': CONFIG + LENDING + BORROWING });
  await stage.begin(2);
  nova = await Borrower.with(stage, 'nova', 300);
  ada = await LentOwner.lend(stage, 'ada', { accepts: ['commons', 'borrowed'] });
  await ada.say({ status: 'free' });
});
afterEach(() => stage.close());

it('a request becomes a run on a machine of somebody else, paid and decrypted', async () => {
  const before = await stage.file('results/leaderboard.json');
  const pull = await nova.ask();
  const taken = await lendTo(stage, ada, 'my weights');
  expect(taken!.job).toMatchObject({ stage: 'borrow', budgetSeconds: 60, borrow: { to: nova.recipient } });
  const record = (await nova.record(pull))!;
  expect(record).toMatchObject({ account: nova.account, login: 'nova', track: 'cpu', keep: 'weights' });
  expect(record.runs).toMatchObject([
    { ordinal: 1, machine: 'ada.desk', outcome: 'borrowed', seconds: 60, gross: 60_000 },
  ]);
  expect(await nova.has()).toBe(240);
  const ledger = (await nova.ledger())!;
  expect(ledger.machines['ada.desk']?.pending).toMatchObject([{ milli: 48_000 }]);
  expect(ledger.system.commons).toBeGreaterThanOrEqual(12_000);
  const view = await stage.view(pull);
  expect(view).toMatchObject({ state: 'closed', merged: false, labels: [] });
  const tracks = (text: string) => JSON.parse(text).tracks;
  expect(tracks(await stage.file('results/leaderboard.json'))).toEqual(tracks(before));
}, 60_000);

it('who pushes over the commit whose runs are out gets no second lot for the same credits, and pays the first', async () => {
  const bob = await LentOwner.lend(stage, 'bob', { accepts: ['commons', 'borrowed'] });
  await bob.say({ status: 'free' });
  const pull = await nova.ask({ seconds: 250 });
  const { data } = await stage.agentOf('nova').pulls.get({ ...REPO, pull_number: pull });
  for (let i = 0; i < 6; i += 1)
    await stage.push('nova', data.head.ref, { 'train/train.py': `print("mine ${i}")\n` });
  await stage.settle();
  await nova.edit(pull, { body: nova.body({ seconds: 250 }, '# again\n') });
  const taken = [await lendTo(stage, ada, 'one'), await lendTo(stage, bob, 'two')];
  expect(taken.filter((one) => one !== null)).toHaveLength(1);
  expect((await nova.record(pull))!.runs).toMatchObject([{ ordinal: 1, gross: 250_000 }]);
}, 60_000);
