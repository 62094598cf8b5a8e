import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScene, type Scene } from '../testing/scene.ts';

/**
 * The way without a server, whole: sweep.yml as it lies in this repository, taken by a machine, installs the bot with npm and
 * runs it with nothing but the workflow's token; experiment.yml, which it dispatches, measures in the real sandbox.
 */

const ROOT = join(import.meta.dirname, '..', '..');

const CONFIG = `primary: cpu
tracks:
  cpu:
    runs-on: [self-hosted, descent-cpu]
    capacity: 2
    dataset: pysource
    device: cpu
    budget-seconds: 60
    scoring-seconds: 120
    validation-tokens: 8192
    probes: 8
    threads: 1
    memory-mib: 4096
    margin: 0.1
limits: { open-per-author: 3, attempts: 1, lost-after-minutes: 30 }
merge: true
`;

/** Knows the counts of single bytes; with steps it also learns which byte follows which. */
const train = (steps: number) => `
import torch
from torch import nn

STEPS = ${steps}

def train(task):
    torch.manual_seed(task.seed)
    model = network(task)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    tokens = torch.from_numpy(task.tokens[:100_000].astype("int64"))
    for step in range(STEPS):
        at = torch.randint(len(tokens) - 1, (1024,))
        loss = nn.functional.cross_entropy(model(tokens[at]), tokens[at + 1])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    torch.save(model.state_dict(), task.weights)

def load(weights, task):
    model = network(task)
    model.load_state_dict(torch.load(weights, weights_only=True))
    return model

def network(task):
    return nn.Sequential(nn.Embedding(task.vocab_size, 32), nn.Linear(32, task.vocab_size))
`;

let scene: Scene;
let installs = true;

beforeAll(async () => {
  const { stdout } = await execa('git', ['-C', ROOT, 'ls-files']);
  // The bot's folders and the harness; the tests beside them are left out for speed alone.
  const parts =
    /^(\.github|action|app|core|emulator|imports|memory|cli|runner|setup|train|results)\/|^package/;
  const paths = stdout.split('\n').filter((path) => parts.test(path) && !/\.test\.ts$|_test\.py$/.test(path));
  const more = {
    labels: ['ubuntu-24.04'],
    env: { NPM_CONFIG_PREFER_OFFLINE: 'true', NODE_DISABLE_COMPILE_CACHE: '1' },
  };
  scene = await openScene(async (source) => {
    for (const path of paths) {
      await mkdir(dirname(join(source, path)), { recursive: true });
      await cp(join(ROOT, path), join(source, path));
    }
    await writeFile(join(source, '.github/descent.yml'), CONFIG);
    await writeFile(join(source, 'train/train.py'), train(1));
    await writeFile(
      join(source, 'results/leaderboard.json'),
      '{"schema": 1, "primary": "cpu", "tracks": {}, "owners": {}}\n',
    );
  }, more);
  const cache = await execa('npm', ['ping', '--fetch-retries=0'], { reject: false, timeout: 20_000 });
  installs = cache.exitCode === 0;
  if (!installs) console.warn('sweep.yml is not played: npm reaches no registry to install the bot from');
});
afterAll(() => scene?.close());

/** One run of sweep.yml, to its end. */
async function sweep(): Promise<string> {
  const run = await scene.dispatch('sweep.yml', {});
  return scene.conclusionOf(run);
}

/** The runs that the sweep ordered have ended. */
async function measured(runs: number): Promise<void> {
  const found = async () => {
    const { workflow_runs } = await scene.ask('GET', '/actions/workflows/experiment.yml/runs');
    return workflow_runs!.map((run) => run.conclusion);
  };
  await expect.poll(found, { timeout: 150_000, interval: 500 }).toEqual(Array(runs).fill('success'));
}

test('without its variable the sweep is skipped', async () => {
  expect(await sweep()).toBe('skipped');
});

test('with it a request is measured and merged, by workflows alone', {
  timeout: 600_000,
}, async (context) => {
  context.skip(!installs, 'npm reaches no registry');
  await scene.ask('POST', '/actions/variables', { name: 'DESCENT_SERVERLESS', value: 'true' });
  expect(await sweep()).toBe('success');
  await measured(1);

  const { object } = await scene.ask('GET', '/git/ref/heads/main');
  await scene.ask('POST', '/git/refs', { ref: 'refs/heads/more-steps', sha: object!.sha });
  const { sha } = await scene.ask('GET', '/contents/train/train.py');
  await scene.ask('PUT', '/contents/train/train.py', {
    branch: 'more-steps',
    message: 'More steps',
    content: Buffer.from(train(150)).toString('base64'),
    sha,
  });
  const body = '## Hypothesis\nOne step teaches nothing; many lower the loss.\n';
  const opened = { title: 'More steps', head: 'more-steps', base: 'main', body };
  const { number } = await scene.ask('POST', '/pulls', opened);
  expect(await sweep()).toBe('success');
  await measured(2);
  expect(await sweep()).toBe('success');

  expect(await scene.ask('GET', `/pulls/${number}`)).toMatchObject({ state: 'closed', merged: true });
  const main = await scene.ask('GET', '/contents/train/train.py');
  expect(Buffer.from(main.content!, 'base64').toString()).toBe(train(150));
  const board = await scene.ask('GET', '/contents/results/leaderboard.json');
  const { tracks } = JSON.parse(Buffer.from(board.content!, 'base64').toString());
  expect(tracks.cpu).toMatchObject({ incumbent: { pull: number }, counts: { improved: 1 } });
  await scene.nothingLeft();
});
