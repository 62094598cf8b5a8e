import { expect, test } from 'vitest';
import type { Host } from '../../runner/doctor/host.ts';
import type { Plan } from '../../runner/doctor/plan.ts';
import { thisMachine } from '../../runner/doctor/this-machine.ts';
import { cannotTakeJob } from './ready.ts';

const repository = new URL('../..', import.meta.url).pathname;
const GiB = 1024 ** 3;

/** This machine as it is, but for what a test changes. */
function machine(change: Partial<Host>): Host {
  const host = thisMachine(process.env);
  return {
    ...host,
    freeBytes: async () => 100 * GiB,
    dateOf: async () => new Date().toUTCString(),
    ...change,
  };
}

const plan: Plan = {
  sandbox: 'bubblewrap',
  device: 'cpu',
  dataset: 'pysource',
  memoryMiB: 512,
  repository,
  cache: process.env.DESCENT_CACHE ?? '/var/cache/descent',
  api: 'https://api.github.com',
};

const smi = (apps: string, driver = '580.65') => ({
  run: async (file: string, args: string[], as?: number) => {
    if (file !== 'nvidia-smi') return thisMachine(process.env).run(file, args, as);
    const stdout = args[0]!.startsWith('--query-compute') ? apps : `NVIDIA H100, ${driver}, 81559 MiB`;
    return { status: 0, stdout, stderr: '' };
  },
  list: async (path: string) =>
    path === '/dev' ? ['nvidia0', 'nvidiactl', 'nvidia-uvm'] : thisMachine(process.env).list(path),
});

test('a machine that can take a job has no reason against it', async () => {
  expect(await cannotTakeJob(machine({}), plan)).toBeNull();
});

test.each([
  ['the disk is full', { freeBytes: async () => 2 * GiB }, plan, /^disk: 2 GiB free.*Make room/],
  [
    'the clock is off',
    { dateOf: async () => new Date(Date.now() + 300_000).toUTCString() },
    plan,
    /^clock: .*300 s from https:\/\/api\.github\.com.*set-ntp/,
  ],
  [
    'the driver is too old',
    smi('', '470.10'),
    { ...plan, device: 'cuda' as const },
    /driver 470\.10: too old/,
  ],
  [
    'another sandbox has the card',
    smi('4711, python'),
    { ...plan, device: 'cuda' as const },
    /in use by 4711, python.*End them/,
  ],
])('it takes none while %s, and says what to do', async (_, change, wanted, words) => {
  expect(await cannotTakeJob(machine(change as Partial<Host>), wanted)).toMatch(words);
});
