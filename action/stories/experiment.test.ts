import { readFileSync } from 'node:fs';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScene, type Scene } from '../../emulator/testing/scene.ts';
import { ENDLESS, LEFT } from '../../lend/runner/testing/programs.ts';
import { jobOf } from '../../testing/examples/job.ts';

/**
 * The real experiment.yml, dispatched by the API, taken by a machine that is a process of its own, measured by the real
 * bundled action in the real sandbox with PyTorch.
 */

const ROOT = join(import.meta.dirname, '../..');

const TRAIN = {
  'honest.py': readFileSync(join(ROOT, 'testing/programs/bigrams.py'), 'utf8'),
  'endless.py': ENDLESS,
  'shouting.py': `
import sys

LINES = "::error::pwned\\n  ::add-path::/evil\\nx ##[add-mask]e\\n::stop-commands::\\n::debug::d\\n"

def train(task):
    print(LINES, flush=True)
    print(LINES, file=sys.stderr, flush=True)
    raise RuntimeError("\\n::error::pwned ##[warning]pwned")
`,
};

let scene: Scene;

beforeAll(async () => {
  scene = await openScene(async (source) => {
    for (const path of ['.github', 'action', 'runner', 'setup', 'train', 'package.json'])
      await cp(join(ROOT, path), join(source, path), { recursive: true });
    for (const [name, text] of Object.entries(TRAIN)) await writeFile(join(source, 'train', name), text);
  });
});
afterAll(() => scene?.close());

/** @returns the run's id */
async function measure(file: string, budgetSeconds: number, change = {}): Promise<number> {
  const job = jobOf({
    ...{ repository: 'ada/descent', pull: 1, incumbent: null, budgetSeconds, scoringSeconds: 120 },
    head: await scene.git('rev-parse', 'HEAD'),
    blob: await scene.git('rev-parse', `HEAD:train/${file}`),
    ...{ validationTokens: 8192, probes: 8 },
    ...change,
  });
  return scene.dispatch('experiment.yml', {
    job: JSON.stringify(job),
    labels: '["self-hosted","descent-cpu"]',
    title: `descent #1 ${file}`,
  });
}

const reportOf = async (run: number) =>
  JSON.parse(strFromU8(unzipSync(await scene.artifactOf(run))['report.json']!));

/** Command lines of processes with this story's work folder in them (sandboxes, the action, set-up), or of the one left behind. */
async function workers(): Promise<string[]> {
  const lines = (await readdir('/proc'))
    .filter((name) => /^\d+$/.test(name) && Number(name) !== scene.machine.pid)
    .map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')); // gone meanwhile
  return (await Promise.all(lines)).filter((line) => line.includes(scene.work) || line.includes(LEFT));
}

test('a dispatched experiment is measured and reported', { timeout: 180_000 }, async () => {
  const before = scene.events.length;
  const run = await measure('honest.py', 60);
  expect(await scene.conclusionOf(run)).toBe('success');
  const report = await reportOf(run);
  expect(report).toMatchObject({ outcome: 'scored', reason: null, sandbox: 'bubblewrap' });
  expect(report.job.blob).toBe(await scene.git('rev-parse', 'HEAD:train/honest.py'));
  expect(report.valBpb).toBeGreaterThan(1);
  expect(report.valBpb).toBeLessThan(8); // what knowing nothing costs
  expect(report.curve.length).toBe(80);
  const events = scene.events.slice(before);
  const steps = events.filter((event) => event.event === 'step').map((event) => event.conclusion);
  expect(steps).toEqual([null, 'success', null, 'success', null, 'success', 'skipped']);
  expect(events.find((event) => event.event === 'summary')).toMatchObject({
    text: expect.stringContaining(`val_bpb ${report.valBpb.toFixed(6)}`),
  });
  await expect.poll(workers).toEqual([]);
  await scene.nothingLeft();
});

test('weights and claims are handed over, and scored once more by a second job', {
  timeout: 180_000,
}, async () => {
  const first = await measure('honest.py', 60, { handOver: true });
  expect(await scene.conclusionOf(first)).toBe('success');
  const report = await reportOf(first);
  const { artifacts } = await scene.ask('GET', `/actions/runs/${first}/artifacts`);
  const scored = artifacts!.find((artifact) => artifact.name === 'scored')!;
  const rescore = {
    runId: first,
    artifact: scored.id,
    archive: { sha256: scored.digest.replace('sha256:', ''), bytes: scored.size_in_bytes },
    weights: { sha256: report.digests.weights, bytes: report.weightsBytes },
    claims: { sha256: report.digests.claims, bytes: report.claimsBytes },
  };
  const second = await measure('honest.py', 60, { stage: 'rescore', rescore });
  expect(await scene.conclusionOf(second)).toBe('success');
  const again = await reportOf(second);
  expect(again).toMatchObject({
    outcome: 'scored',
    job: { rescore },
    digests: { weights: report.digests.weights },
  });
  expect(again.valBpb - again.probes.penaltyBpb).toBeCloseTo(report.valBpb - report.probes.penaltyBpb, 12);
  const names = (await scene.ask('GET', `/actions/runs/${second}/artifacts`)).artifacts;
  expect(names!.map((artifact) => artifact.name)).toEqual(['report']);

  // Other bytes than GitHub stored: this job failed, and nothing is said of the machine that measured.
  const archive = { ...rescore.archive, sha256: 'f'.repeat(64) };
  const third = await measure('honest.py', 60, { stage: 'rescore', rescore: { ...rescore, archive } });
  expect(await scene.conclusionOf(third)).toBe('failure');
  await scene.nothingLeft();
});

test('what a stranger prints executes no workflow command', { timeout: 180_000 }, async () => {
  const before = scene.events.length;
  const run = await measure('shouting.py', 60);
  expect(await scene.conclusionOf(run)).toBe('success');
  expect(await reportOf(run)).toMatchObject({
    outcome: 'crashed',
    log: expect.stringContaining('::error::pwned'),
  });
  const executed = scene.events.slice(before).filter((event) => event.event === 'command');
  expect(executed.map((event) => event.command.name)).toEqual(['stop-commands']);
});

test('a cancelled run leaves no process and no file', { timeout: 180_000 }, async () => {
  const run = await measure('endless.py', 300);
  const seen = async () => (await workers()).join('\n');
  await expect.poll(seen, { timeout: 60_000, interval: 200 }).toContain(LEFT);
  await scene.ask('POST', `/actions/runs/${run}/cancel`, {});
  expect(await scene.conclusionOf(run)).toBe('cancelled');
  await expect.poll(workers, { timeout: 10_000 }).toEqual([]);
  await scene.nothingLeft();
  expect((await scene.ask('GET', `/actions/runs/${run}/artifacts`)).artifacts).toEqual([]);
});

test.each([
  [{ blob: 'f'.repeat(40) }, `Blob ${'f'.repeat(40)} of ada/descent cannot be fetched`],
  [{ repository: 'eve/descent' }, 'repository is eve/descent, but this workflow runs in ada/descent'],
  [{ seed: -1 }, 'seed: Too small'],
])(
  'a job that cannot be measured fails, with the reason and without a report: %o',
  async (change, reason) => {
    const run = await measure('honest.py', 60, change);
    expect(await scene.conclusionOf(run)).toBe('failure');
    const job = scene.events.findLast((event) => event.event === 'job')?.job;
    expect(await scene.read(`/actions/jobs/${job}/logs`)).toContain(reason);
    expect((await scene.ask('GET', `/actions/runs/${run}/artifacts`)).artifacts).toEqual([]);
  },
);
