import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Job } from '../core/formats/job.ts';
import { LOG_LIMIT, reportSchema } from '../core/formats/report.ts';
import { gitBlob } from '../core/git-blob.ts';
import { jobOf } from '../testing/examples/job.ts';
import { thisHost } from './host.ts';
import { measure, type Progress } from './run.ts';
import { readMember } from './zoo/member.ts';

const repository = join(import.meta.dirname, '..');
const MINUTES = 60_000;

// Every run of a test makes its work folder here, so that what it leaves behind is seen.
let temporary: string;
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'descent-test-'));
  execFileSync('chmod', ['711', temporary]);
});
afterAll(() => rmSync(temporary, { recursive: true }));

function jobFor(trainPy: Uint8Array, change: Partial<Job> = {}): Job {
  return jobOf({
    ...{ blob: gitBlob(trainPy), incumbent: null, seed: 11, budgetSeconds: 20, scoringSeconds: 60 },
    ...{ validationTokens: 64 * 256, probes: 32 },
    ...change,
  });
}

const host = () => ({ ...thisHost(process.env), temporary });
const options = (trainPy: Uint8Array) => ({
  trainPy,
  repository,
  sandbox: 'bubblewrap' as const,
  host: host(),
});

describe('measuring one train.py', () => {
  test('the repository’s own file trains, is scored, and leaves nothing behind', {
    timeout: 3 * MINUTES,
  }, async () => {
    const trainPy = readFileSync(join(repository, 'train', 'train.py'));
    const seen: Progress[] = [];
    const job = jobFor(trainPy, { stage: 'confirm' });
    const report = await measure(job, { ...options(trainPy), onProgress: (progress) => seen.push(progress) });
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(report).toMatchObject({ job, outcome: 'scored', reason: null, log: '' });
    expect(report.valBpb).toBeGreaterThan(0.5);
    expect(report.valBpb).toBeLessThan(8); // it has learned something: 8 bits a byte is knowing nothing
    expect(Math.abs(report.heldoutBpb! - report.valBpb!)).toBeLessThan(1);
    expect(report.probes?.count).toBe(32);
    expect(report.probes!.worstNats).toBeLessThan(1e-3);
    expect(report.curve.length).toBeGreaterThan(0);
    expect(report.versions.torch).toMatch(/^2\./);
    expect(new Set(seen.map(({ stage }) => stage))).toEqual(new Set(['setup', 'train', 'claims', 'probes']));
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('a crash is a report with the end of its log, made inert', { timeout: MINUTES }, async () => {
    const trainPy = Buffer.from(
      'print("::error::ping\\x1b[31m")\ndef train(task):\n    raise ValueError("the learning rate is a banana")\n',
    );
    const report = await measure(jobFor(trainPy), options(trainPy));
    expect(report).toMatchObject({ outcome: 'crashed', valBpb: null, probes: null });
    expect(report.reason).toEqual({ code: 'training-exception', status: 1 });
    expect(report.log).toContain('ValueError: the learning rate is a banana');
    expect(report.log).not.toContain('\u001b');
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('of a file that prints what it finds, the report holds a crash and no find', {
    timeout: 2 * MINUTES,
  }, async () => {
    // Nothing of the sort can be seen in the sandbox: the file carries its finds along, as if it could.
    const finds = [
      `ghp_${'aB3'.repeat(12)}`,
      '-----BEGIN OPENSSH PRIVATE KEY-----\\nb3BlbnNzaC1rZXk\\n-----END OPENSSH PRIVATE KEY-----',
      'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI',
      `${process.env.HOME}/.ssh/known_hosts`,
      '/home/marielle/.netrc',
      Buffer.from('x'.repeat(3000)).toString('base64'),
    ];
    const file = (ending: string) =>
      Buffer.from(`import os, sys, threading
FINDS = """${finds.join('\\n')}"""
def flood():
    while True:
        try: os.write(1, (FINDS + "\\n").encode() * 100)
        except OSError: return
def train(task):
    print(FINDS, os.environ, __file__, task.weights, sys.prefix, sep="\\n", file=sys.stderr)
    task.log(step=1, loss=1, **{FINDS[:39]: 2, "lr": 3})
    threading.Thread(target=flood, daemon=True).start()
    ${ending}
`);
    const crash = file('raise ValueError("found " + FINDS)');
    const report = await measure(jobFor(crash), options(crash));
    expect(report.reason).toEqual({ code: 'training-exception', status: 1 });
    expect(report.log).toMatch(
      /Traceback \(most recent call last\):\n(.*\n)+ {2}File "train\.py", line 11, in train\n/,
    );
    expect(report.log).toContain('ValueError: found');
    expect(report.log.length).toBeLessThanOrEqual(LOG_LIMIT);
    const published = JSON.stringify(report);
    for (const found of ['aB3aB3', 'b3BlbnNz', 'wJalr', 'marielle', 'eHh4eHh4', temporary, host().cache])
      expect(published, found).not.toContain(found);
    expect(report.metrics).toEqual({ lr: 3 });

    const quiet = file('os.write(3, b"x"); open(task.weights, "w").close()');
    expect(await measure(jobFor(quiet), options(quiet))).toMatchObject({ outcome: 'invalid', log: '' });
  });

  test('who wrote weights and left with status 0 is scored, whatever became of its output', {
    timeout: 3 * MINUTES,
  }, async () => {
    const file = (ending: string) =>
      Buffer.from(`import os, sys, torch
def train(task):
    torch.save(torch.zeros(task.vocab_size), task.weights)
    print("unflushed", end="")
    ${ending}
def load(weights, task):
    logits = torch.load(weights, weights_only=True)
    return lambda tokens: logits.expand(*tokens.shape, -1)
`);
    for (const ending of ['sys.stdout.close(); os.close(2); exit(0)', 'os._exit(0)']) {
      const report = await measure(jobFor(file(ending)), options(file(ending)));
      expect(report, ending).toMatchObject({ outcome: 'scored', reason: null });
      expect(report.valBpb).toBeGreaterThan(7.9); // equal logits: nothing is known, 8 bits a byte
    }
    const failed = await measure(jobFor(file('exit(1)')), options(file('exit(1)')));
    expect(failed).toMatchObject({ outcome: 'crashed', reason: { code: 'training-exception', status: 1 } });
  });

  test('a model that diverged is distinguished from one that claims too much', {
    timeout: 3 * MINUTES,
  }, async () => {
    const file = (logits: string) =>
      Buffer.from(`import torch
def train(task):
    torch.save(${logits}, task.weights)
def load(weights, task):
    logits = torch.load(weights, weights_only=True)
    return lambda tokens: logits.expand(*tokens.shape, -1)
`);
    for (const [logits, claim] of [
      ['torch.full((256,), float("nan"))', 'NaN'],
      ['torch.full((256,), float("inf"))', 'NaN'],
      ['torch.cat([torch.zeros(1), torch.full((255,), -float("inf"))])', '-Infinity'],
    ] as const) {
      const report = await measure(jobFor(file(logits)), options(file(logits)));
      expect(report, logits).toMatchObject({
        outcome: 'diverged',
        valBpb: null,
        reason: { code: 'diverged', claim },
      });
    }
  });

  test('what does not stop is stopped a second after its budget', { timeout: MINUTES }, async () => {
    const { trainPy } = await readMember('refuses_to_die', host().cache);
    const report = await measure(jobFor(trainPy, { budgetSeconds: 6 }), options(trainPy));
    expect(report.outcome).toBe('timeout');
    expect(report.reason).toEqual({
      code: 'training-over-budget',
      budgetSeconds: 5, // a sixth is kept for loading
      toleranceSeconds: 1,
    });
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('bytes that are not the job’s blob never run', async () => {
    const trainPy = Buffer.from('def train(task): pass\n');
    const job = jobFor(trainPy);
    const other = Buffer.from('def train(task): ...\n');
    await expect(measure(job, options(other))).rejects.toThrow(/the job names [0-9a-f]{40}/);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('with another Python than the track’s nothing is measured', async () => {
    const trainPy = Buffer.from('raise SystemError');
    await expect(measure(jobFor(trainPy, { python: '3.99' }), options(trainPy))).rejects.toThrow(
      /measured with Python 3\.99\. This machine has 3\.\d+.*bootstrap\.mjs --only python/,
    );
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('a crash before the training still reports its Python version', { timeout: MINUTES }, async () => {
    const trainPy = Buffer.from('print(f"{');
    const report = await measure(jobFor(trainPy), options(trainPy));
    expect(report).toMatchObject({
      outcome: 'crashed',
      versions: { python: expect.stringMatching(/^3\.\d+\.\d+/) },
    });
  });

  test('what a program says of its torch is not believed', { timeout: MINUTES }, async () => {
    const trainPy = Buffer.from(
      'import torch\ntorch.__version__ = "9.9.9"\ndef train(task): raise SystemError\n',
    );
    const { versions } = await measure(jobFor(trainPy), options(trainPy));
    expect(versions).toMatchObject({
      torch: expect.stringMatching(/^2\./),
      numpy: expect.stringMatching(/^\d/),
    });
  });

  test('a data set this machine lacks is the machine’s failure', async () => {
    const trainPy = Buffer.from('');
    const job = jobFor(trainPy, { dataset: 'nowhere' });
    await expect(measure(job, options(trainPy))).rejects.toThrow(/bootstrap.mjs --data nowhere/);
  });

  test('aborted, it ends at once and leaves nothing', { timeout: MINUTES }, async () => {
    const { trainPy } = await readMember('refuses_to_die', host().cache);
    const abort = new AbortController();
    const running = measure(jobFor(trainPy, { budgetSeconds: 600 }), {
      ...options(trainPy),
      signal: abort.signal,
      onProgress: ({ stage }) => stage === 'train' && abort.abort(new Error('enough')),
    });
    await expect(running).rejects.toThrow('enough');
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe('descent run', () => {
  test('interrupted, it leaves no process and no folder', { timeout: MINUTES }, async () => {
    const { trainPy } = await readMember('refuses_to_die', host().cache);
    const file = join(temporary, 'stranger.py');
    writeFileSync(file, trainPy);
    const child = spawn(process.execPath, ['cli/main.ts', 'run', '--file', file, '--budget', '600'], {
      cwd: repository,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    while (!said.includes('train:')) await sleep(50);
    child.kill('SIGINT');
    const status = await new Promise((resolve) => child.once('close', resolve));
    rmSync(file);
    expect(status).toBe(1);
    expect(said).toContain('stopped by SIGINT');
    expect(readdirSync(temporary)).toEqual([]);
    expect(
      execFileSync('bash', [
        '-c',
        `grep -lsa -- "$0/descent-" /proc/[0-9]*/cmdline || true`,
        temporary,
      ]).toString(),
    ).toBe('');
  });

  test.each([
    [['--track', 'moon'], 'must be one of cpu, h100'],
    [['--budget', 'soon'], 'number of seconds above 0'],
    [['--file', '/no/such.py'], 'cannot be read'],
    [['--device', 'abacus'], 'Allowed choices are cuda, mps, cpu'],
    [['--seed', '99999999999999999'], 'whole number'],
    [['--seed', '9999999999999999'], 'seed'],
  ])('%j is refused with what to do', (args, words) => {
    const wrong = () =>
      execFileSync(process.execPath, ['cli/main.ts', 'run', ...args], { cwd: repository, stdio: 'pipe' });
    try {
      wrong();
      expect.unreachable();
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: Buffer };
      expect(status).toBe(2);
      expect(stderr.toString()).toContain(words);
    }
  });
});
