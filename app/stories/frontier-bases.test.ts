import { afterEach, describe, expect, it } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { FrontierStage, having } from '../../testing/bot/frontier-stage.ts';
import { type Between, proxyTo } from '../../testing/bot/proxy.ts';

/** What a candidate was begun from, and a bot that stops in the middle of putting it onto the newest file. */

let scene: FrontierStage;
let proxy: Between | null = null;
afterEach(async () => {
  await scene.stage.close();
  proxy?.close();
  proxy = null;
});

it('a candidate begun from the link before the head is judged over that link, and put onto the head', async () => {
  scene = await FrontierStage.open();
  const a = await scene.stage.open('nova', having(0));
  await scene.measured(a, 1.75);
  const from = await scene.stage.branch('frontier');
  const b = await scene.stage.open('kai', having(0, 1), { from });
  const c = await scene.stage.open('lin', having(0, 2), { from });
  await scene.measured(b, 1.5);
  expect(await scene.standing()).toEqual({ chain: [a, b], underWay: [] });
  await scene.measured(c, 1.5);
  expect(await scene.result(c, having(0, 2))).toMatchObject({
    reason: { code: 'composed' },
    base: { pull: a, blob: gitBlob(having(0)) },
  });
  const { job } = await scene.measured(c, 1.2);
  expect(job.blob).toBe(gitBlob(having(0, 1, 2)));
  expect(await scene.standing()).toEqual({ chain: [a, b, c], underWay: [] });
});

it('one begun from a link that was refuted since is judged over that link, and put onto main', async () => {
  scene = await FrontierStage.open();
  const a = await scene.stage.open('nova', having(0));
  await scene.measured(a, 0.9);
  await scene.measured(a, 0.92);
  const from = await scene.stage.branch('frontier');
  for (let i = 0; i < 4; i++) await scene.measured(a, 2.4 + 0.05 * i);
  expect(await scene.standing()).toEqual({ chain: [], underWay: [] });
  const b = await scene.stage.open('kai', having(0, 1), { from });
  await scene.measured(b, 2.1);
  expect(await scene.result(b, having(0, 1))).toMatchObject({
    reason: { code: 'composed' },
    base: { pull: a },
  });
  const { job } = await scene.measured(b, 1.6);
  expect(job.blob).toBe(gitBlob(having(1)));
  expect(await scene.standing()).toEqual({ chain: [b], underWay: [] });
});

describe('a bot that stops while it composes', () => {
  /** Where it stops, and whether GitHub has done that. */
  const STEPS = [
    ['before it keeps the file', /\/git\/blobs$/, '', false],
    ['before the commit on main', /\/graphql$/, 'createCommitOnBranch', false],
    ['after the dispatch', /\/dispatches$/, '', true],
  ] as const;

  it.each(STEPS)('%s, goes on from there, and measures nothing twice', async (_, path, words, done) => {
    scene = await FrontierStage.open();
    const { stage } = scene;
    proxy = await proxyTo(stage.emulator.url);
    await stage.bot!.close();
    await stage.startBot(proxy.url);
    const a = await stage.open('nova', having(0));
    const b = await stage.open('kai', having(1), { title: 'Another' });
    await scene.measured(a, 1.75);
    const job = await scene.job(b);
    // Nothing gets through from there on: the bot is as good as dead.
    let dead = false;
    proxy.instead = ({ method, path: at, body }) => {
      const was = dead;
      dead ||= method === 'POST' && path.test(at) && body.includes(words);
      return was || (dead && !done) ? Response.json({ message: 'Not found' }, { status: 404 }) : null;
    };
    await stage.finish(job, { valBpb: 1.75 });
    expect(dead).toBe(true);
    proxy.instead = () => null;
    await stage.bot!.descent.sweep(null);
    await stage.settle();
    expect(await scene.standing()).toEqual({ chain: [a], underWay: [b] });
    const composed = await scene.measured(b, 1.5);
    expect(composed.job.blob).toBe(gitBlob(having(0, 1)));
    expect(await scene.standing()).toEqual({ chain: [a, b], underWay: [] });
    expect(await scene.jobIfAny(b)).toBeNull();
    expect((await stage.leaderboard()).tracks.cpu!.counts).toMatchObject({ adopted: 2, inconclusive: 1 });
    expect((await scene.frontier()).candidates).toHaveLength(2);
  });
});
