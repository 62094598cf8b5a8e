import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { zipSync } from 'fflate';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '../../core/formats/job.ts';
import { type Phase, parsePhase } from '../../core/formats/lending/phase.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { LEFT } from '../../lend/runner/testing/programs.ts';
import { processesWith } from '../../lend/runner/testing/scene.ts';
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
    code = "import signal, time; [signal.signal(s, signal.SIG_IGN) for s in (1, 2, 13, 15)]; ${LEFT}"
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
      host: {
        ...thisHost({ ...process.env, DESCENT_SHARED_PROCESSORS: '1' }),
        temporary: join(folder, 'work'),
      },
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

const NOTHING = {
  ...{ outcome: 'preempted', valBpb: null, heldoutBpb: null, probes: null, curve: [], metrics: {}, log: '' },
  ...{ weightsBytes: null, peakMemoryMiB: null },
};

async function nothingLeft(): Promise<void> {
  expect(processesWith(folder)).toEqual([]);
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
      await until(running, () =>
        processesWith(`${folder}/work`).some((line) => line.includes(`/${scratch}`)),
      );
      await until(running, () => processesWith(LEFT).length > 0);
      writeFileSync(file, '');
      const { report, phases } = await running;
      expect(report).toMatchObject({ ...NOTHING, reason: { code: 'taken-back', phase } });
      expect(report.digests).toEqual({
        weights: null,
        harness: report.digests.harness,
        data: report.digests.data,
      });
      expect(phases).toEqual(words);
      expect(processesWith(LEFT)).toEqual([]);
      await nothingLeft();
    },
  );

  test('while another machine’s weights are scored once more, too', { timeout: 2 * MINUTE }, async () => {
    const trainPy = program(0, 3);
    const kept = join(folder, 'lend', 'scored');
    const { report: first } = await lent(trainPy, {}, { handOver: kept });
    expect(first).toMatchObject({ outcome: 'scored', reason: null });
    const [weights, claims] = ['weights.bin', 'claims.bin'].map((name) => readFileSync(join(kept, name)));
    const zip = zipSync({ 'weights.bin': weights!, 'claims.bin': claims! }, { level: 0 });
    const handedOver = join(folder, 'lend', 'archive.zip');
    writeFileSync(handedOver, zip);
    const of = (bytes: Uint8Array) => ({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
    });
    const rescore = {
      ...{ runId: 1, artifact: 2, archive: of(zip), weights: of(weights!), claims: of(claims!) },
      heldout: first.job.nonce,
    };
    const running = lent(trainPy, { stage: 'rescore', handOver: undefined, rescore }, { handedOver });
    await until(running, () => processesWith(`${folder}/work`).some((line) => line.includes('/probes')));
    writeFileSync(file, '');
    const { report, phases } = await running;
    expect(report).toMatchObject({ ...NOTHING, reason: { code: 'taken-back', phase: 'score' } });
    expect(phases).toEqual(['setup', 'score', 'done']);
    await nothingLeft();
  });

  test('in set-up, no sandbox is made', { timeout: MINUTE }, async () => {
    writeFileSync(file, '');
    const { report, phases } = await lent(program(50, 0));
    expect(report).toMatchObject({ ...NOTHING, reason: { code: 'taken-back', phase: 'setup' } });
    expect(phases).toEqual(['setup', 'done']);
    await nothingLeft();
  });

  test('while the sandbox is prepared, it does not start', { timeout: MINUTE }, async () => {
    const preparing = () => processesWith(join(repository, 'runner/sandbox/level.py')); // not another checkout's
    const running = lent(program(50, 0));
    await until(running, () => preparing().length > 0);
    writeFileSync(file, '');
    expect((await running).report).toMatchObject({
      ...NOTHING,
      reason: { code: 'taken-back', phase: 'train' },
    });
    expect(preparing()).toEqual([]);
    await nothingLeft();
  });
});

describe('a stranger', () => {
  test('can neither say that the owner is back nor how far the job is', { timeout: MINUTE }, async () => {
    const trainPy = Buffer.from(`import ctypes, json, os, pathlib, signal
LEND = ${JSON.stringify(join(folder, 'lend'))}
def tries(number):
    for name in ("yield", "phase", "phase.part"):
        for path in (f"{LEND}/{name}", f"/proc/1/root{LEND}/{name}", f"/proc/1/cwd/../../lend/{name}"):
            try:
                pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
                pathlib.Path(path).write_text("done")
            except OSError:
                pass
    for said in ({"event": "taken-back"}, {"event": "preempted"}, {"event": "error", "kind": "preempted", "message": "x"},
                 {"event": "error", "kind": "exception", "message": "TakenBackError"}):
        os.write(3, json.dumps(said).encode() + b"\\n")
    os.kill(os.getpid(), number)
def train(task):
    try:
        os.symlink(f"{LEND}/yield", os.path.dirname(task.weights) + "/yield")
    except OSError:
        pass
    pathlib.Path(os.path.dirname(task.weights) + "/yield").touch()
    tries(signal.SIGTERM)
`);
    const { report, phases } = await lent(trainPy);
    expect(report).toMatchObject({ outcome: 'crashed', reason: { code: 'training-exception' } });
    expect(phases).toEqual(['setup', 'train', 'done']);
    expect(readdirSync(join(folder, 'lend'))).toEqual(['phase']);
  });
});

describe('the two files', () => {
  test('a folder that nobody can see is refused, and one that is lost later is no word of the owner', async () => {
    expect(() => watchYield(join(file, 'below'), '--yield')).not.toThrow(); // the folder may come
    writeFileSync(join(folder, 'plain'), '');
    expect(() => watchYield(join(folder, 'plain', 'yield'), '--yield')).toThrow(
      /^--yield is .*\/plain\/yield/,
    );

    const watch = watchYield(file);
    rmSync(join(folder, 'lend'), { recursive: true });
    writeFileSync(join(folder, 'lend'), 'a file where the folder was');
    await sleep(300);
    expect(watch.signal.aborted).toBe(false);
    rmSync(join(folder, 'lend'));
    mkdirSync(join(folder, 'lend'));
    writeFileSync(file, ''); // the system reports nothing of a folder that is new
    await expect.poll(() => watch.signal.aborted).toBe(true);
    watch.close();
  });

  test('a phase that cannot be written ends no job, unless it never could', () => {
    const faults: string[] = [];
    const path = join(folder, 'lend', 'phase');
    const enter = phaseWriter(path, (said) => faults.push(said));
    enter('setup');
    expect(readFileSync(path, 'utf8')).toBe('setup\n');
    rmSync(join(folder, 'lend'), { recursive: true });
    enter('train');
    expect(faults).toEqual([expect.stringContaining(`DESCENT_PHASE is ${path}, which cannot be written`)]);
    expect(() => phaseWriter(path, () => undefined)('setup')).toThrow(/Name a file in a folder/);
  });
});
