import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { thisHost } from '../../runner/host.ts';
import { findPython } from '../../runner/sandbox/python.ts';
import { filesOf } from './files.ts';
import { runOnce, trainShare } from './measured.ts';

const repository = join(import.meta.dirname, '../..');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-card-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a run reports when the file was imported, when its first step ended and when scoring began', {
  timeout: 120_000,
}, async () => {
  const path = join(folder, 'steps.py');
  const file = `import time, torch
def train(task):
    for step in range(3):
        time.sleep(0.5)
        task.log(step=step + 1, loss=1.0)
    torch.save(torch.zeros(task.vocab_size), task.weights)
def load(weights, task):
    logits = torch.load(weights, weights_only=True)
    return lambda tokens: logits.expand(*tokens.shape, -1)
`;
  await writeFile(path, file);
  const [one] = await filesOf(repository, [path]);
  const run = await runOnce(
    repository,
    one!,
    { track: 'cpu', budgetSeconds: 60, seed: 1, probes: 8 },
    thisHost(process.env),
  );
  expect(run.report.outcome).toBe('scored');
  expect(run.importSeconds).toBeGreaterThan(0);
  expect(run.firstStepSeconds! - run.importSeconds!).toBeGreaterThan(0.4);
  expect(trainShare(run)).toBeGreaterThan(0.9 / 60);
  expect(trainShare(run)).toBeLessThan(10 / 60);
  expect(run.claimsStartSeconds).toBeGreaterThan(0.1);
  expect(run.probesStartSeconds).toBeGreaterThan(0.1);
});

test('windows are less arithmetic, and the whole is what upstream counts', async () => {
  const facts = async (text: string) => {
    const path = join(folder, 'facts.py');
    await writeFile(path, text);
    const { interpreter } = findPython(repository, process.env);
    const script = join(import.meta.dirname, 'facts.py');
    return JSON.parse(execFileSync(interpreter, [script, path, '8192', '2048'], { encoding: 'utf8' }));
  };
  const { trainPy } = (await filesOf(repository, [join(repository, 'train/train.py')]))[0]!;
  const text = trainPy.toString();
  // 8 layers of 12 * 512 * 512 weights and a head; attention over 2,048 positions in two layers, 256 in six.
  expect(await facts(text)).toMatchObject({
    tokensPerStep: 2 ** 18,
    flopsPerToken: 6 * (8 * 12 * 512 ** 2 + 8192 * 512) + 12 * 512 * (2 * 2048 + 6 * 256),
  });
  const full = text.replace(/^WINDOW = \d+/m, 'WINDOW = 4096');
  expect((await facts(full)).flopsPerToken).toBe(6 * (8 * 12 * 512 ** 2 + 8192 * 512) + 12 * 512 * 8 * 2048);
});
