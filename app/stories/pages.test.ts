import { afterEach, expect, it, vi } from 'vitest';
import { resultPath } from '../../core/formats/result.ts';
import { REPO, Stage } from '../../testing/bot/stage.ts';
import { record } from '../../testing/clone/clone.ts';

let stage: Stage;
afterEach(() => stage.close());

async function headline(): Promise<string> {
  const { data } = await stage.onlooker.git.getCommit({ ...REPO, commit_sha: await stage.main() });
  return data.message.split('\n')[0]!;
}

it('the sweep keeps one page of what is known and the progress plot, and writes them only when results are new', async () => {
  stage = await Stage.open();
  await stage.begin(2);
  const good = await stage.open('nova', 'print("better")\n', { title: 'Halve the batch <b>' });
  await stage.measure({ valBpb: 1.5 });
  const bad = await stage.open('vega', 'print("worse")\n', { title: 'Muon momentum 0.5' });
  await stage.measure({ valBpb: 2.5 });
  await stage.bot!.descent.sweep(null);

  const page = await stage.file('results/MEMORY.md');
  expect(page).toContain(`[#${good}](../../../pull/${good}) \`Halve the batch <b>\`: -0.5000`);
  expect(page).toContain(`[#${bad}](../../../pull/${bad}) \`Muon momentum 0.5\`: +1.0000`);
  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(16 * 1024);
  const plot = await stage.file('results/progress.svg');
  expect(plot).toContain(`#${good} Halve the batch &lt;b&gt;`);
  const made = await stage.main();

  await stage.bot!.descent.sweep(null);
  expect(await stage.main()).toBe(made);
  expect(await headline()).toMatch(/^memory: /);
  // The pages never stand in the way of a verdict.
  const next = await stage.open('nova', 'print("best")\n', { title: 'Longer warmup' });
  await stage.measure({ valBpb: 1.2 });
  expect(await stage.view(next)).toMatchObject({ merged: true });
  await stage.bot!.descent.sweep(null);
  expect(await stage.file('results/MEMORY.md')).toContain('Longer warmup');
});

it('the pages follow a verdict without a sweep, and verdicts go on meanwhile', async () => {
  stage = await Stage.open();
  await stage.begin(2, 5);
  const seen = (text: string) =>
    vi.waitFor(async () => expect(await stage.file('results/MEMORY.md')).toContain(text), {
      timeout: 60_000,
      interval: 200,
    });
  await stage.open('nova', 'print("better")\n', { title: 'Halve the batch' });
  await stage.measure({ valBpb: 1.5 });
  await seen('Halve the batch');
  expect(await stage.file('results/progress.svg')).toContain('Halve the batch');
  const bad = await stage.open('vega', 'print("worse")\n', { title: 'Muon momentum 0.5' });
  await stage.measure({ valBpb: 2.5 });
  await seen('Muon momentum 0.5');
  expect((await stage.view(bad)).labels).toEqual(['regressed']);
});

it('a topic that outgrows the page has one of its own, and no outdated page is left behind', async () => {
  const results = Array.from({ length: 6 }, (_, i) => record(i + 1, { change: `batch 64 -> ${i + 1}` }));
  const seeded = results.map((one) => [resultPath(one), JSON.stringify(one)]);
  stage = await Stage.open({
    ...Object.fromEntries(seeded),
    'results/memory/data-order.md': 'of a track that is no longer the primary one',
    'results/memory/notes.txt': 'of a maintainer',
  });
  const at = await stage.main();
  await stage.begin(2);
  await stage.bot!.descent.sweep(null);
  const topic = await stage.file('results/memory/batch-and-steps.md');
  for (const one of results)
    expect(topic).toContain(`[#${one.pull}](../../../../pull/${one.pull}) \`${one.authorText.change}\``);
  expect(await stage.file('results/MEMORY.md')).toContain('(memory/batch-and-steps.md)');
  const changed = async (from: string) => {
    const { data } = await stage.onlooker.repos.compareCommits({ ...REPO, base: from, head: 'main' });
    return data.files!.map((file) => `${file.status} ${file.filename}`);
  };
  expect(await changed(at)).toEqual(
    expect.arrayContaining([
      'added results/memory/batch-and-steps.md',
      'removed results/memory/data-order.md',
    ]),
  );
  expect(await stage.file('results/memory/notes.txt')).toContain('maintainer');

  await stage.open('nova', 'print("other")\n', { title: 'Muon momentum 0.5' });
  await stage.measure({ valBpb: 2.5 });
  const before = await stage.main();
  await stage.bot!.descent.sweep(null);
  expect((await changed(before)).filter((line) => line.includes('results/memory'))).toEqual([]);
  expect(await stage.file('results/MEMORY.md')).toContain('Muon momentum');
});

it('a broken clone of the bot is made again, and one that cannot be made stops nothing', async () => {
  stage = await Stage.open();
  await stage.begin(2);
  const number = await stage.open('nova', 'print("worse")\n', { title: 'Smaller batch' });
  await stage.measure({ valBpb: 2.5 });
  const { mkdir, writeFile, rm } = await import('node:fs/promises');
  await rm(`${stage.folder}/cache`, { recursive: true });
  await writeFile(`${stage.folder}/cache`, 'a file where the folder should be');
  await stage.bot!.descent.sweep(null);
  expect((await stage.view(number)).labels).toEqual(['regressed']);
  await expect(stage.file('results/MEMORY.md')).rejects.toThrow();
  await rm(`${stage.folder}/cache`);
  await mkdir(`${stage.folder}/cache`);
  await stage.bot!.descent.sweep(null);
  expect(await stage.file('results/MEMORY.md')).toContain('Smaller batch');
});
