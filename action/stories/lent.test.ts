import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openScene, type Scene } from '../../emulator/testing/scene.ts';
import { ENDLESS, LEFT } from '../../lend/runner/testing/programs.ts';
import { processesWith } from '../../lend/runner/testing/scene.ts';
import { jobOf } from '../../testing/examples/job.ts';

/** The real bundled action on a machine whose owner comes back: the two files are named in the runner's environment. */

const ROOT = join(import.meta.dirname, '../..');

let scene: Scene;
let lend: string;

beforeAll(async () => {
  lend = await mkdtemp(join(tmpdir(), 'descent-lend-'));
  scene = await openScene(
    async (source) => {
      for (const path of ['.github', 'action', 'runner', 'setup', 'train', 'package.json'])
        await cp(join(ROOT, path), join(source, path), { recursive: true });
      await writeFile(join(source, 'train', 'endless.py'), ENDLESS);
    },
    { env: { DESCENT_YIELD: join(lend, 'yield'), DESCENT_PHASE: join(lend, 'phase') } },
  );
});
afterEach(() => rm(join(lend, 'yield'), { force: true }));
afterAll(async () => {
  await scene?.close();
  await rm(lend, { recursive: true });
});

async function dispatch(): Promise<number> {
  const job = jobOf({
    ...{ repository: 'ada/descent', pull: 1, incumbent: null, budgetSeconds: 300, handOver: true },
    head: await scene.git('rev-parse', 'HEAD'),
    blob: await scene.git('rev-parse', 'HEAD:train/endless.py'),
  });
  const inputs = { job: JSON.stringify(job), labels: '["self-hosted","descent-cpu"]', title: 'descent #1' };
  return scene.dispatch('experiment.yml', inputs);
}

const phase = () => readFile(join(lend, 'phase'), 'utf8').catch(() => 'none');

async function expectPreempted(run: number, during: string): Promise<void> {
  expect(await scene.conclusionOf(run)).toBe('success');
  const report = JSON.parse(strFromU8(unzipSync(await scene.artifactOf(run))['report.json']!));
  expect(report).toMatchObject({
    ...{ outcome: 'preempted', reason: { code: 'taken-back', phase: during } },
    ...{ valBpb: null, weightsBytes: null, curve: [] },
  });
  const { artifacts } = await scene.ask('GET', `/actions/runs/${run}/artifacts`);
  expect(artifacts!.map(({ name }) => name)).toEqual(['report']); // nothing was handed over
  expect(await phase()).toBe('done\n');
  expect(processesWith(LEFT)).toEqual([]);
  expect(scene.events.findLast((event) => event.event === 'summary')).toMatchObject({
    text: expect.stringMatching(/^<h2>preempted<\/h2>[\s\S]*took it back/),
  });
  await scene.nothingLeft();
}

test('taken back in the middle of the training, the job ends green with a report', {
  timeout: 180_000,
}, async () => {
  const run = await dispatch();
  await expect.poll(() => processesWith(LEFT), { timeout: 60_000, interval: 100 }).not.toEqual([]);
  expect(await phase()).toBe('train\n');
  await writeFile(join(lend, 'yield'), '');
  await expectPreempted(run, 'train');
});

test('taken back before it began, it starts nothing', { timeout: 180_000 }, async () => {
  await writeFile(join(lend, 'yield'), '');
  await expectPreempted(await dispatch(), 'setup');
});
