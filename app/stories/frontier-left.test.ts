import { afterEach, describe, expect, it } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { FrontierStage, having, program } from '../../testing/bot/frontier-stage.ts';
import { REPO } from '../../testing/bot/stage.ts';

/** Compositions that are not measured to their end: withdrawn, pushed over, failed by machines, or put onto what did not hold. */

let scene: FrontierStage;
afterEach(() => scene.stage.close());

const AUTHORS = ['nova', 'kai', 'lin'];

/** Gains begun from the same file: the first is adopted, each of the others is put onto the one before. */
async function underWay(count: 1 | 2): Promise<number[]> {
  scene = await FrontierStage.open();
  const pulls: number[] = [];
  for (const [i, author] of AUTHORS.slice(0, count + 1).entries())
    pulls.push(await scene.stage.open(author, having(i), { title: `Change ${i}` }));
  for (const pull of pulls) await scene.measured(pull, 1.75);
  return pulls;
}

describe('a pull request whose composition is under way', () => {
  it('as a draft is not adopted, and those after it go on; when it is ready again it is put onto the newest', async () => {
    const [a, b, c] = (await underWay(2)) as [number, number, number];
    const agent = await scene.stage.agent('kai');
    const { data } = await agent.pulls.get({ ...REPO, pull_number: b });
    const draft = (to: string) =>
      agent.graphql(`mutation { ${to}(input: { pullRequestId: "${data.node_id}" }) { clientMutationId } }`);
    await draft('convertPullRequestToDraft');
    await scene.stage.settle();
    await scene.measured(b, 1.6);
    expect(await scene.standing()).toEqual({ chain: [a], underWay: [c] });
    expect(await scene.result(b, having(0, 1))).toMatchObject({ reason: { code: 'gain-withdrawn' } });
    await scene.measured(c, 2.2);
    expect(await scene.standing()).toEqual({ chain: [a], underWay: [] });

    await draft('markPullRequestReadyForReview');
    await scene.stage.settle();
    // Nothing was adopted since: it is the same composed file, which has its run.
    expect(await scene.standing()).toEqual({ chain: [a, b], underWay: [] });
    expect(await scene.result(b, having(0, 1))).toMatchObject({ verdict: 'adopted' });
    expect(await scene.stage.view(b)).toMatchObject({ state: 'open', labels: ['adopted'] });
  });

  it('that is pushed over is dropped, and the new file is measured; those after it go on', async () => {
    const [a, b, c] = (await underWay(2)) as [number, number, number];
    const { data } = await scene.stage.onlooker.pulls.get({ ...REPO, pull_number: b });
    const other = program({ 25: 'layer_25 = 0.025' });
    await scene.measured(c, 1.4);
    await scene.stage.push('kai', data.head.ref, { 'train/train.py': other });
    await scene.stage.settle();
    expect(await scene.standing()).toEqual({ chain: [a, c], underWay: [] });
    // The run that is out is waited for, and decides nothing any more.
    const measured = [await scene.measured(b, 1.3), await scene.measured(b, 2.3)];
    const files = [having(0, 1), other].map((text) => gitBlob(text));
    expect(measured.map(({ job }) => job.blob).sort()).toEqual(files.sort());
    expect(await scene.stage.view(b)).toMatchObject({ state: 'closed' });
    expect(await scene.standing()).toEqual({ chain: [a, c], underWay: [] });
  });

  it('that machines fail for good is dropped; asked for again, it is measured and adopted', async () => {
    const [a, b] = (await underWay(1)) as [number, number];
    for (let attempt = 0; attempt < 2; attempt++) {
      await scene.stage.complete(await scene.job(b), 'failure');
      await scene.stage.settle();
    }
    expect(await scene.standing()).toEqual({ chain: [a], underWay: [] });
    expect(await scene.stage.codes(b)).toMatchObject({ state: 'failed' });
    // Looked at again it stays so, whatever wakes it.
    await scene.stage.bot!.descent.sweep(null);
    expect(await scene.stage.codes(b)).toMatchObject({ state: 'failed' });
    const agent = scene.stage.agentOf('kai');
    await agent.issues.createComment({ ...REPO, issue_number: b, body: '/rerun' });
    await scene.stage.settle();
    expect(await scene.standing()).toEqual({ chain: [a], underWay: [b] });
    await scene.measured(b, 1.5);
    expect(await scene.standing()).toEqual({ chain: [a, b], underWay: [] });
  });

  it('that crashes is closed with that, and those after it go on', async () => {
    const [a, b, c] = (await underWay(2)) as [number, number, number];
    await scene.measured(c, 1.4);
    await scene.stage.finish(await scene.job(b), { outcome: 'crashed', valBpb: null });
    expect(await scene.stage.view(b)).toMatchObject({ state: 'closed', labels: ['crashed'] });
    expect(await scene.standing()).toEqual({ chain: [a, c], underWay: [] });
  });
});

it('on a chain that is refuted its run is given up, and the change is judged over main by the run it has', async () => {
  scene = await FrontierStage.open();
  const a = await scene.stage.open('nova', having(0));
  const b = await scene.stage.open('kai', having(1), { title: 'Another' });
  await scene.measured(a, 0.9);
  await scene.measured(a, 0.92); // such a gain is measured by another owner, too
  await scene.measured(b, 1.75);
  expect(await scene.standing()).toEqual({ chain: [a], underWay: [b] });
  const stands = await scene.job(b);
  expect(stands.job.blob).toBe(gitBlob(having(0, 1)));
  for (let i = 0; i < 4; i++) await scene.measured(a, 2.4 + 0.05 * i);
  expect(await scene.stage.view(a)).toMatchObject({ labels: ['not-held'] });
  expect(await scene.standing()).toEqual({ chain: [b], underWay: [] });
  expect((await scene.frontier()).chain[0]).toMatchObject({ blob: gitBlob(having(1)), from: null });
  const asked = await scene.stage.control.requests();
  expect(asked.some(({ path }) => path.endsWith(`/actions/runs/${stands.runId}/cancel`))).toBe(true);
  await scene.stage.complete(stands, 'cancelled');
  await scene.stage.settle();
  expect(await scene.standing()).toEqual({ chain: [b], underWay: [] });
});
