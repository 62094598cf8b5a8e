import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hardwareConfigSchema } from '../../core/formats/hardware.ts';
import type { Job } from '../../core/formats/job.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { jobOf } from '../../testing/examples/job.ts';
import { type Machine, machine, plan } from '../../testing/machines.ts';
import { refuseToStart } from '../doctor/doctor.ts';
import { makeWorkFolder } from '../folder.ts';
import { thisHost } from '../host.ts';
import { measure } from '../run.ts';
import { openSandbox } from '../sandbox/choose.ts';
import { asOwner } from '../sandbox/owner.ts';
import { faultTried } from '../trial.ts';
import { faultSeen, tooFull } from './blame.ts';

const repository = join(import.meta.dirname, '..', '..');
const crash = Buffer.from('def train(task):\n    raise RuntimeError("CUDA error: device lost")\n');

let temporary: string;
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'descent-blame-'));
  await chmod(temporary, 0o711);
});
afterAll(() => rm(temporary, { recursive: true }));

function jobFor(trainPy: Uint8Array, change: Partial<Job> = {}): Job {
  return jobOf({
    ...{ blob: gitBlob(trainPy), incumbent: null, seed: 11, budgetSeconds: 20, scoringSeconds: 60 },
    ...{ validationTokens: 64 * 256, probes: 8, memoryMiB: 2048 },
    ...change,
  });
}

const host = () => thisHost(process.env);
const options = (trainPy: Uint8Array) => ({
  trainPy,
  repository,
  sandbox: 'bubblewrap' as const,
  host: host(),
});

/** A machine with the card of the track, and what is wrong with this one. */
function withCard(change: Machine = {}) {
  return machine({
    ...change,
    folders: { '/dev': ['nvidia0', 'nvidiactl', 'nvidia-uvm'] },
    stats: { '/usr/bin/gcc': {}, ...change.stats },
    programs: {
      'nvidia-smi --query-gpu=name,driver_version': {
        stdout: 'NVIDIA H100 80GB HBM3, 580.95.05, 81559 MiB\n',
      },
      'nvidia-smi --query-gpu=name,memory.total': {
        stdout: 'NVIDIA H100 80GB HBM3, 81559, 580.95.05, 700.00\n',
      },
      'nvidia-smi --query-gpu=memory.used': { stdout: '4\n' },
      'nvidia-smi --query-compute-apps': { stdout: '' },
      ...change.programs,
    },
  });
}
const hardware = hardwareConfigSchema.parse({ devices: ['NVIDIA H100*'], 'power-watts': 650 });

test.each<[string, Machine, string]>([
  [
    'no card',
    { programs: { 'nvidia-smi': null, 'nvidia-smi --query-gpu=name,driver_version': null } },
    'nvidia-smi is not installed',
  ],
  [
    'a dead driver',
    {
      programs: {
        'nvidia-smi --query-gpu=name,driver_version': {
          status: 9,
          stderr: "couldn't communicate with the NVIDIA driver",
        },
      },
    },
    "couldn't communicate",
  ],
  [
    'a card that another program fills',
    { programs: { 'nvidia-smi --query-gpu=memory.used': { stdout: '70000\n' } } },
    '70000 MiB of the card',
  ],
  ['no compiler', { stats: { '/usr/bin/gcc': null } }, 'torch.compile needs one'],
  [
    "no header of Python's",
    {
      programs: {
        'python -I -c \nimport os, sys, sysconfig': {
          status: 1,
          stderr: '/usr/include/python3.11/Python.h\n',
        },
      },
    },
    'Python.h is missing',
  ],
  [
    'another card',
    {
      programs: {
        'nvidia-smi --query-gpu=name,memory.total': { stdout: 'NVIDIA H200, 143771, 580.159.04, 700.00\n' },
      },
    },
    'the device is NVIDIA H200',
  ],
  [
    'a card with less power',
    {
      programs: {
        'nvidia-smi --query-gpu=name,memory.total': {
          stdout: 'NVIDIA H100 PCIe, 81559, 580.95.05, 350.00\n',
        },
      },
    },
    'it may draw 350 W',
  ],
])(
  '%s is the machine’s fault: refused before a job, and blamed after a crash',
  async (_what, change, words) => {
    const wanted = { ...plan, device: 'cuda' as const, hardware };
    expect(await refuseToStart(withCard(), wanted)).toBeNull();
    expect(await refuseToStart(withCard(change), wanted)).toContain(words);
    const place = {
      job: jobFor(crash, { device: 'cuda', hardware }),
      repository: plan.repository,
      sandbox: {
        kind: 'bubblewrap' as const,
        owner: null,
        start: () => Promise.reject(new Error('not here')),
      },
      host: { ...host(), cache: plan.cache },
    };
    expect(await faultSeen(withCard(), place)).toBeNull();
    expect(await faultSeen(withCard(change), place)).toContain(words);
  },
);

test('memory that other programs took is no file’s doing', async () => {
  const full = machine({ files: { '/proc/meminfo': 'MemTotal: 8000000 kB\nMemAvailable: 1000000 kB\n' } });
  expect(await tooFull(full, jobFor(crash))).toContain('976 of the 2048 MiB');
  expect(await tooFull(machine(), jobFor(crash))).toBeNull();
});

test('a run on a machine that has no card is no verdict, whatever the file does', {
  timeout: 120_000,
}, async () => {
  for (const file of ['def train(task):\n    pass\n', 'import os\nos._exit(1)\n']) {
    const trainPy = Buffer.from(file);
    const run = measure(jobFor(trainPy, { device: 'cuda' }), options(trainPy));
    await expect(run).rejects.toThrow('This machine failed, not train.py: gpu');
  }
});

test('a run on a machine of another kind is refused', async () => {
  const run = measure(jobFor(crash, { hardware: { devices: ['NVIDIA H100*'] } }), options(crash));
  await expect(run).rejects.toThrow('not one that track cpu is measured on');
});

test('on a sound machine, a file that reports a broken machine has crashed on its own', {
  timeout: 120_000,
}, async () => {
  const report = await measure(jobFor(crash), options(crash));
  expect(report).toMatchObject({ outcome: 'crashed', reason: { code: 'training-exception', status: 1 } });
});

test('the trial sees from inside what no tool of a driver says', { timeout: 120_000 }, async () => {
  const tried = async (change: Partial<Job>) => {
    const folder = await makeWorkFolder(temporary, asOwner());
    try {
      const choice = { kind: 'bubblewrap' as const, repository, env: process.env, cache: host().cache };
      const sandbox = await openSandbox(choice, folder);
      const job = jobFor(crash, change);
      return await faultTried({ job, repository, folder, sandbox, host: host(), signal: undefined });
    } finally {
      await folder.remove();
    }
  };
  expect(await tried({})).toBeNull();
  expect(await tried({ device: 'cuda' })).toMatch(/trial on cuda fails \(status 1\): .*(CUDA|NVIDIA|driver)/);
});
