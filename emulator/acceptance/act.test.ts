import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Enterprise, startEnterprise } from '../enterprise/index.ts';
import { createRepository } from '../world/repositories.ts';

/** A job that takes seconds. */
const SHORT = { incumbent: null, budgetSeconds: 8, scoringSeconds: 60, validationTokens: 4096, probes: 8 };

/**
 * experiment.yml under nektos/act, an Actions runner that we did not write: labels, inputs, conditions and outputs as it reads them,
 * and the real bundled action in the real sandbox. Checkout and upload are small stand-ins, since act would fetch the real ones.
 */

const root = join(import.meta.dirname, '../..');
const act = (await execa('act', ['--version'], { reject: false })).stdout?.trim();
const TRAIN = `
import torch
from torch import nn

def train(task):
    torch.save(nn.Embedding(task.vocab_size, task.vocab_size).state_dict(), task.weights)

def load(weights, task):
    model = nn.Embedding(task.vocab_size, task.vocab_size)
    model.load_state_dict(torch.load(weights, weights_only=True))
    return model
`;

import { jobOf } from '../../testing/examples/job.ts';

const step = (inputs: string, run: string) =>
  `name: stand-in\ninputs: ${inputs}\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      run: ${run}\n`;

let town: Enterprise;
let source: string;
let blob: string;
let env: { [name: string]: string };

beforeAll(async () => {
  town = await startEnterprise();
  await chmod(town.folder, 0o711); // the sandbox's user passes through
  source = join(town.folder, 'source');
  for (const path of ['.github', 'action', 'runner', 'setup', 'train', 'package.json'])
    await cp(join(root, path), join(source, path), { recursive: true });
  await writeFile(join(source, 'train/honest.py'), TRAIN);
  ({ env } = await town.account('ada'));
  const git = async (...args: string[]) =>
    (await execa('git', ['-C', source, ...args], { env, extendEnv: false })).stdout;
  await git('init', '--quiet');
  await git('add', '--all', '--force');
  await git('commit', '--quiet', '--message', 'Begin');
  await git('remote', 'add', 'origin', `${town.host.url}/ada/descent`);
  blob = await git('rev-parse', 'HEAD:train/honest.py');
  const { world } = town.emulator;
  await createRepository(world, world.user('ada'), 'descent', source, 'HEAD');
});
afterAll(() => town?.close());

async function run(
  change: object,
): Promise<{ exitCode: number | undefined; all: string; report: string | null }> {
  const actions = join(town.folder, 'actions');
  const handed = join(town.folder, 'handed-over');
  await rm(handed, { recursive: true, force: true });
  await mkdir(handed);
  const pins: string[] = [];
  const workflow = await readFile(join(source, '.github/workflows/experiment.yml'), 'utf8');
  for (const [name, text] of [
    [
      'checkout',
      step(
        '{ ref: {}, persist-credentials: {} }',
        `git init --quiet . && git fetch --quiet --depth 1 ${town.host.url}/ada/descent "\${{ inputs.ref }}" && git checkout --quiet FETCH_HEAD`,
      ),
    ],
    [
      'upload-artifact',
      step(
        '{ name: {}, path: { required: true }, if-no-files-found: {}, retention-days: {} }',
        `cp "\${{ inputs.path }}" "${handed}/\${{ inputs.name }}"`,
      ),
    ],
  ] as const) {
    const folder = join(actions, name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'action.yml'), text);
    pins.push(
      '--local-repository',
      `${new RegExp(`actions/${name}@[0-9a-f]+`).exec(workflow)![0]}=${folder}`,
    );
  }
  const order = jobOf({ ...SHORT, repository: 'ada/descent', blob, head: blob, ...change });
  const event = join(town.folder, 'event.json');
  const inputs = {
    job: JSON.stringify(order),
    labels: '["self-hosted","descent-cpu"]',
    title: 'descent #4 explore 1',
  };
  await writeFile(event, JSON.stringify({ inputs }));
  const { token } = await town.account('ada');
  const args = [
    'workflow_dispatch',
    '-W',
    '.github/workflows/experiment.yml',
    '-e',
    event,
    '-s',
    `GITHUB_TOKEN=${token}`,
  ];
  const where = [
    '-P',
    'self-hosted=-self-hosted',
    '-P',
    'descent-cpu=-self-hosted',
    '--github-instance',
    new URL(town.host.url).host,
  ];
  const passed = ['HTTPS_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS', 'GIT_SSL_CAINFO'].flatMap((name) => [
    '--env',
    `${name}=${env[name]}`,
  ]);
  const home = { HOME: town.folder, XDG_CACHE_HOME: join(town.folder, 'cache') };
  const cache = process.env.DESCENT_CACHE ? { DESCENT_CACHE: process.env.DESCENT_CACHE } : {};
  const done = await execa('act', [...args, ...where, ...pins, ...passed], {
    cwd: source,
    env: { ...env, ...home, ...cache, PATH: process.env.PATH! },
    extendEnv: false,
    all: true,
    reject: false,
    timeout: 200_000,
  });
  return {
    exitCode: done.exitCode,
    all: done.all,
    report: await readFile(join(handed, 'report'), 'utf8').catch(() => null),
  };
}

test.skipIf(!act)(
  `${act ?? 'act (not installed: skipped)'} measures an experiment`,
  { timeout: 240_000 },
  async () => {
    const { exitCode, all, report } = await run({});
    expect(exitCode, all.slice(-3000)).toBe(0);
    expect(JSON.parse(report!), all.slice(-3000)).toMatchObject({ outcome: 'scored', job: { blob } });
  },
);

test.skipIf(!act)(
  'a blob that is not there fails with one line, and nothing is handed over',
  { timeout: 240_000 },
  async () => {
    const { exitCode, all, report } = await run({ blob: 'f'.repeat(40) });
    expect(exitCode).not.toBe(0);
    expect(all).toMatch(/Blob f{40} of ada\/descent cannot be fetched/);
    expect(report).toBe(null);
  },
);
