import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '../../core/formats/job.ts';
import { type Phase, parsePhase } from '../../core/formats/lending/phase.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { jobOf } from '../../testing/examples/job.ts';
import { thisHost } from '../host.ts';
import { type MeasureOptions, measure } from '../run.ts';
import { phaseWriter } from './phase.ts';
import { watchYield } from './yield.ts';

/** The owner comes back while a real train.py is in the real sandbox. */

const repository = join(import.meta.dirname, '../..');
const MINUTE = 60_000;

/** Loads for some seconds in each pass, with a child in a session of its own that hears no signal but KILL. */
const SLOW = `
import signal, subprocess, sys, time
import torch

def child():
    code = "import signal, time; [signal.signal(s, signal.SIG_IGN) for s in (1, 2, 13, 15)]; time.sleep(86398.5)"
    subprocess.Popen([sys.executable, "-c", code], start_new_session=True)

def train(task):
    child()
    task.log(step=1, loss=1.5, hidden=2.5)
    torch.save(torch.zeros(task.vocab_size), task.weights)
    time.sleep(TRAIN)

def load(weights, task):
    child()
    time.sleep(LOAD)
    logits = torch.load(weights, weights_only=True)
    return lambda tokens: logits.expand(*tokens.shape, -1)
`;
const program = (train: number, load: number) => Buffer.from(`TRAIN, LOAD = ${train}, ${load}\n${SLOW}`);

let folder: string;
let file: string;
const made: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-test-'));
  made.push(folder);
  chmodSync(folder, 0o711); // the sandbox's user passes through
  mkdirSync(join(folder, 'work'), { mode: 0o711 });
  mkdirSync(join(folder, 'lend'), { mode: 0o700 });
  file = join(folder, 'lend', 'yield');
});
afterAll(() => {
  for (const one of made) rmSync(one, { recursive: true });
});

const jobFor = (trainPy: Uint8Array, change: Partial<Job> = {}) =>
  jobOf({
    ...{ blob: gitBlob(trainPy), incumbent: null, seed: 11, budgetSeconds: 60, scoringSeconds: 120 },
    ...{ validationTokens: 64 * 256, probes: 32, loadSeconds: 30, stage: 'confirm', handOver: true },
    ...change,
  });

/** Runs a job on a lent machine, as the action does. */
async function lent(trainPy: Uint8Array, change: Partial<Job> = {}, more: Partial<MeasureOptions> = {}) {
  const watch = watchYield(file);
  const phases: Phase[] = [];
  const write = phaseWriter(join(folder, 'lend', 'phase'), () => undefined);
  try {
    const report = await measure(jobFor(trainPy, change), {
      ...{ trainPy, repository, sandbox: 'bubblewrap', handOver: join(folder, 'scored') },
      host: { ...thisHost(process.env), temporary: join(folder, 'work') },
      taken: watch.signal,
      onPhase: (phase) => {
        write(phase);
        phases.push(parsePhase(readFileSync(join(folder, 'lend', 'phase'), 'utf8'))!);
      },
      ...more,
    });
    return { report, phases };
  } finally {
    watch.close();
  }
}

/** Waits for it as long as the run goes on. */
async function until(running: Promise<unknown>, condition: () => boolean): Promise<void> {
  let over = false;
  const end = () => {
    over = true;
  };
  running.then(end, end);
  while (!condition() && !over) await sleep(5);
}

/** Command lines of this test's sandboxes, and of what a stranger left. */
function processes(word: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      } catch {
        return ''; // gone meanwhile
      }
    })
    .filter((line) => line.includes(word));
}

const NOTHING = {
  ...{ outcome: 'preempted', valBpb: null, heldoutBpb: null, probes: null, curve: [], metrics: {}, log: '' },
  ...{ weightsBytes: null, peakMemoryMiB: null },
};

async function nothingLeft(): Promise<void> {
  expect(processes(folder)).toEqual([]);
  expect(readdirSync(join(folder, 'work'))).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual(['lend', 'work']); // no weights, no claims
}

describe('when the owner comes back', () => {
  test.each([
    ['training', 'train', program(50, 0), ['setup', 'train', 'done']],
    ['claims', 'score', program(0, 20), ['setup', 'train', 'score', 'done']],
    ['probes', 'score', program(0, 4), ['setup', 'train', 'score', 'done']],
  ] as const)(
    'in the sandbox of %s, all of it is killed and nothing is told',
    {
      timeout: 2 * MINUTE,
    },
    async (scratch, phase, trainPy, words) => {
      const running = lent(trainPy);
      // The child that the stranger put into another session is there.
      await until(running, () => processes(`${folder}/work`).some((line) => line.includes(`/${scratch}`)));
      await until(running, () => processes('time.sleep(86398.5)').length > 0);
      writeFileSync(file, '');
      const { report, phases } = await running;
      expect(report).toMatchObject({ ...NOTHING, reason: { code: 'taken-back', phase } });
      expect(report.digests).toEqual({
        weights: null,
        harness: report.digests.harness,
        data: report.digests.data,
      });
      expect(phases).toEqual(words);
      expect(processes('time.sleep(86398.5)')).toEqual([]);
      await nothingLeft();
    },
  );

  test('in set-up, no sandbox is made', { timeout: MINUTE }, async () => {
    writeFileSync(file, '');
    const { report, phases } = await lent(program(50, 0));
    expect(report).toMatchObject({ ...NOTHING, reason: { code: 'taken-back', phase: 'setup' } });
    expect(phases).toEqual(['setup', 'done']);
    await nothingLeft();
  });

  test('while the sandbox is prepared, it does not start', { timeout: MINUTE }, async () => {
    const running = lent(program(50, 0));
    await until(running, () => processes('level.py').length > 0);
    writeFileSync(file, '');
    expect((await running).report).toMatchObject({
      ...NOTHING,
      reason: { code: 'taken-back', phase: 'train' },
    });
    expect(processes('level.py')).toEqual([]);
    await nothingLeft();
  });
});
