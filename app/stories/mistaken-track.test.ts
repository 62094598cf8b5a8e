import { afterEach, expect, it } from 'vitest';
import { REPO, type Stage } from '../../testing/bot/stage.ts';
import { addSmall, asking, openTwoTracks, SMALL } from '../../testing/bot/two-tracks.ts';

let stage: Stage;
afterEach(() => stage.close());

/** Check runs of the bootstrap on a track, wherever main's file came from. */
async function incumbentChecks(track: string) {
  const { data } = await stage.onlooker.checks.listForRef({ ...REPO, ref: await stage.main() });
  return data.check_runs.filter((one) => one.name === `descent ${track} baseline 1`);
}
const queued = async () => {
  const { data } = await stage.onlooker.actions.listWorkflowRunsForRepo({ ...REPO, per_page: 100 });
  return data.workflow_runs.filter((run) => run.status !== 'completed').map((run) => run.display_title);
};

it('a comment says that no machine serves a track; a track that is no longer asked for leaves nothing behind', async () => {
  stage = await openTwoTracks({ machines: false, bare: ['small'] });
  const number = await stage.open('nova', 'print("better")\n', asking('small'));
  expect((await stage.view(number)).comments).toHaveLength(1);
  expect(await stage.codes(number)).toMatchObject({
    ...{ state: 'queued', track: 'small' },
    rules: { 'first-incumbent': 'not-measured' },
  });
  expect(await queued()).toHaveLength(1);

  const agent = await stage.agent('nova');
  await agent.pulls.update({ ...REPO, pull_number: number, body: asking('cpu').body });
  await stage.settle();
  await stage.bot!.descent.sweep(null);
  expect((await queued()).filter((title) => title.includes('baseline'))).toEqual([]);
  expect(await incumbentChecks('small')).toMatchObject([{ status: 'completed', conclusion: 'neutral' }]);
  expect((await stage.take())?.job).toMatchObject({ pull: number, track: 'cpu' });
}, 60_000);

it("asked for again, main's file is ordered there as if nothing had been", async () => {
  stage = await openTwoTracks({ machines: false, bare: ['small'] });
  const first = await stage.open('nova', 'print("better")\n', asking('small'));
  await (await stage.agent('nova')).pulls.update({ ...REPO, pull_number: first, state: 'closed' });
  await stage.settle();
  await stage.bot!.descent.sweep(null);
  expect(await queued()).toEqual([]);
  await addSmall(stage);
  const second = await stage.open('vega', 'import os\nprint(os.name)\n', asking('small'));
  await stage.measureOn(SMALL, { valBpb: 3 });
  expect((await stage.take(SMALL))?.job).toMatchObject({ pull: second, stage: 'explore' });
}, 60_000);
