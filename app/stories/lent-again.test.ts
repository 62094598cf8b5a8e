import { afterEach, expect, it } from 'vitest';
import { LentOwner } from '../../testing/bot/lent-owner.ts';
import { REPO, Stage } from '../../testing/bot/stage.ts';
import { CONFIG, LENDING } from '../../testing/examples/config.ts';

/** Runs that ended without a loss on a lent machine: they wait for another owner, and what became of them is counted and shown. */

let stage: Stage;
afterEach(() => stage.close());

/** Ada lends, and main's own file was measured there; bob lends, too. */
async function began(config = CONFIG): Promise<[LentOwner, LentOwner]> {
  stage = await Stage.open({ '.github/descent.yml': config + LENDING });
  await stage.startBot();
  const ada = await LentOwner.lend(stage, 'ada');
  await ada.say({ status: 'free' });
  await ada.measure({ valBpb: 2 });
  return [ada, await LentOwner.lend(stage, 'bob')];
}

it('waits while the other owner has a run, holds no machine meanwhile, and counts once it is measured', async () => {
  const [ada, bob] = await began();
  const number = await stage.open('nova', 'print("worse")\n');
  const first = (await ada.next())!;
  await bob.say({ status: 'busy', nonce: 'b'.repeat(32) });
  await stage.finish(first, { outcome: 'preempted' });
  await ada.say({ status: 'free' });
  expect(await ada.waiting()).toEqual([]);
  expect(await stage.codes(number)).toMatchObject({ state: 'waiting', rules: { placing: 'machine' } });
  const { data } = await stage.onlooker.checks.listForRef({ ...REPO, ref: first.job.head });
  expect(data.check_runs.find(({ name }) => name === 'descent cpu explore 1')).toMatchObject({
    status: 'queued',
  });

  // What is over is not asked for again, and its machine serves others.
  const before = (await stage.control.requests()).at(-1)!.n;
  const other = await stage.open('vega', 'print("other")\n');
  expect((await ada.measure({ valBpb: 2.5 }))!.job.pull).toBe(other);
  const asked = (await stage.control.requests(before)).filter(({ path }) =>
    path.includes(`/runs/${first.runId}`),
  );
  expect(asked).toEqual([]);

  await bob.say({ status: 'free' });
  const second = (await bob.measure({ valBpb: 2.5 }))!;
  expect(second.job).toMatchObject({ pull: number, seed: first.job.seed, ordinal: first.job.ordinal });
  expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['regressed'] });
  const { machines } = (await stage.leaderboard()).tracks.cpu!;
  expect(machines['ada.desk']).toMatchObject({ lately: 'ffp', ownerId: ada.known()!.owner.id });
  expect(machines['bob.desk']).toMatchObject({ lately: 'f' });
  expect(await stage.file('results/README.md')).toContain('| `ada.desk` | 3 | 1 | 0 | 0 | 33 %');
});

it('that GitHub does not take for a machine goes to another: its owner removed the App, and nobody heard of it', async () => {
  const [ada, bob] = await began(CONFIG.replace('attempts: 2', 'attempts: 1')); // it costs none
  await bob.say({ status: 'away' });
  await stage.control.faults({ dropWebhooks: true });
  await stage.control.uninstall(ada.installation);
  await stage.settle();
  await stage.control.faults({});
  const number = await stage.open('nova', 'print("worse")\n');
  expect(await stage.codes(number)).toMatchObject({ state: 'waiting', rules: { placing: 'machine' } });
  await bob.say({ status: 'free' });
  const taken = await bob.measure({ valBpb: 2.5 });
  expect(taken!.job.pull).toBe(number);
  expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['regressed'] });
});
