import { chmodSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '../../core/formats/job.ts';
import type { Phase } from '../../core/formats/lending/phase.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { jobOf } from '../../testing/examples/job.ts';
import { stranger } from '../../testing/stranger.ts';
import { thisHost } from '../host.ts';
import { measure } from '../run.ts';
import { descends, processes } from './processes.ts';
import { shareTaken } from './processors.ts';

/** Real programs on the processors that a real run in the real sandbox needs. */

const repository = join(import.meta.dirname, '../..');
const MINUTE = 60_000;

let folder: string;
const hogs: number[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-test-'));
  chmodSync(folder, 0o711);
});
afterEach(() => {
  for (const pid of hogs.splice(0)) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true });
});

async function run(program: string, env: NodeJS.ProcessEnv = {}, change: Partial<Job> = {}) {
  const trainPy = Buffer.from(program);
  const phases: Phase[] = [];
  const job = jobOf({
    ...{ blob: gitBlob(trainPy), incumbent: null, budgetSeconds: 40, threads: 1, handOver: true },
    ...{ validationTokens: 64 * 256, probes: 8 },
    ...change,
  });
  const report = await measure(job, {
    ...{ trainPy, repository, sandbox: 'bubblewrap', handOver: join(folder, 'scored') },
    host: { ...thisHost({ ...process.env, ...env }), temporary: folder },
    taken: new AbortController().signal, // its owner may come back
    onPhase: (phase) => phases.push(phase),
  });
  return { report, phases };
}

const TRAINS = `
import time, torch
def train(task):
    until = time.time() + 8
    while time.time() < until: torch.ones(1000).sum()
    torch.save(torch.zeros(task.vocab_size), task.weights)
    ENDING
def load(weights, task):
    logits = torch.load(weights, weights_only=True)
    return lambda tokens: logits.expand(*tokens.shape, -1)
`;

describe('when the owner uses the processors', () => {
  beforeEach(async () => {
    for (let i = 0; i < 2 * cpus().length; i++)
      hogs.push(await stranger(folder, 'sh', '-c', 'while :; do :; done'));
  });

  test.each(['pass', 'raise ValueError("out of luck")'])(
    'a lent machine scores nothing, however the training ended (%s)',
    { timeout: 2 * MINUTE },
    async (ending) => {
      const { report, phases } = await run(TRAINS.replace('ENDING', ending));
      expect(report).toMatchObject({
        ...{ outcome: 'disturbed', reason: { code: 'processors-shared', limit: 0.1 }, valBpb: null },
        ...{ weightsBytes: null, curve: [], log: '', digests: { weights: null } },
      });
      expect(report.hardware.seen?.othersProcessors).toBeGreaterThan(0.1);
      expect(phases).toEqual(['setup', 'train', 'done']);
      expect(readdirSync(folder).filter((name) => /scored|descent/.test(name))).toEqual([]);
    },
  );

  test('a machine on which several are played on purpose says so and scores', {
    timeout: 2 * MINUTE,
  }, async () => {
    const { report } = await run(TRAINS.replace('ENDING', 'pass'), { DESCENT_SHARED_PROCESSORS: '1' });
    expect(report).toMatchObject({ outcome: 'scored', reason: null });
    expect(report.hardware.seen?.othersProcessors).toBeGreaterThan(0.1);
  });
});

test('a card that others use is left to them: nothing starts', { timeout: MINUTE }, async () => {
  writeFileSync(join(folder, 'nvidia-smi'), '#!/bin/sh\necho "GPU-1, 0x0000000000000004, 450.00, 80"\n');
  chmodSync(join(folder, 'nvidia-smi'), 0o755);
  const PATH = `${folder}:${process.env.PATH}`;
  const { report, phases } = await run(TRAINS.replace('ENDING', 'pass'), { PATH }, { device: 'cuda' });
  expect(report).toMatchObject({ outcome: 'disturbed', reason: { code: 'device-busy', share: 0.8 } });
  expect(phases).toEqual(['setup', 'train', 'done']);
});

test('no process of a stranger passes for another’s, whatever it does to its children', {
  timeout: 2 * MINUTE,
}, async () => {
  const running = run(`
import os, signal, time
def train(task):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody counts what such children took
    until = time.time() + 10
    while time.time() < until:
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                while time.time() < until and os.getppid() != 1: pass
                sum(range(300000))
            os._exit(0)
        time.sleep(0.002)
`);
  let isOver = false;
  void running.finally(() => {
    isOver = true;
  });
  const seen = new Set<number>();
  const mistaken = new Set<number>();
  while (!isOver) {
    const all = processes();
    for (const pid of all.keys())
      if (!['', namespaceOf(process.pid)].includes(namespaceOf(pid))) {
        seen.add(pid);
        if (descends(pid, process.pid, all) === false) mistaken.add(pid);
      }
    await sleep(20);
  }
  await running;
  expect(seen.size).toBeGreaterThan(50);
  expect([...mistaken]).toEqual([]);
});

test('a process whose parent ended while we read is nobody’s', () => {
  const of = (parent: number) => ({ parent, ticks: 9, isKernel: false });
  const all = new Map([
    [1, of(0)],
    [5, of(1)],
    [6, of(5)],
    [8, of(7)],
    [9, of(9)], // no such thing, and no reason to wait for ever
  ]);
  expect([6, 5, 1, 8, 9].map((pid) => descends(pid, 5, all))).toEqual([true, true, false, null, null]);
});

test('others may use what the job does not need', () => {
  const look = (others: number, steal = 0, all = 0) => ({ others, steal, all });
  const room = { cores: 8, threads: 2 };
  expect(shareTaken(look(0), look(600, 0, 800), room)).toBe(0); // six of eight processors
  expect(shareTaken(look(0), look(700, 0, 800), room)).toBeCloseTo(0.5);
  expect(shareTaken(look(0), look(0, 80, 800), room)).toBeCloseTo(0.1); // the host gave a tenth to others
  expect(shareTaken(look(700), look(0, 0, 800), room)).toBe(0); // a program ended
  expect(shareTaken(look(0), look(9e9, 0, 800), room)).toBe(1);
  expect(shareTaken(look(0, 0, 800), look(700, 0, 800), room)).toBeNull(); // no time passed
});

function namespaceOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return ''; // it ended
  }
}
