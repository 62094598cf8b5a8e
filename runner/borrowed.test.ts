import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gitBlob } from '../core/git-blob.ts';
import { jobOf } from '../testing/examples/job.ts';
import type { Input } from './borrowed.ts';
import { thisHost } from './host.ts';
import { measure } from './run.ts';

/** A borrowed run in the real sandbox, with real training: what its borrower gets, and what everybody sees. */

const repository = join(import.meta.dirname, '..');
let temporary: string;
let identity: string;
let to: string;
beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'descent-borrowed-'));
  execFileSync('chmod', ['711', temporary]);
  identity = await generateX25519Identity();
  to = await identityToRecipient(identity);
});
afterAll(() => rmSync(temporary, { recursive: true }));

async function borrowed(
  source: string,
  { seed = 1, ...more }: { seed?: number; input?: Input; taken?: AbortSignal } = {},
) {
  const trainPy = Buffer.from(source);
  const job = jobOf({
    ...{ blob: gitBlob(trainPy), incumbent: null, stage: 'borrow', borrow: { keep: 'weights', to } },
    ...{ seed, budgetSeconds: 20, weightsMiB: 1, probes: 0 },
  });
  const handOver = mkdtempSync(join(temporary, 'out-'));
  const host = { ...thisHost(process.env), temporary };
  const report = await measure(job, { trainPy, repository, sandbox: 'bubblewrap', host, handOver, ...more });
  return { report, files: readdirSync(handOver), file: join(handOver, 'weights.bin') };
}

async function opened(file: string): Promise<Buffer> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return Buffer.from(await decrypter.decrypt(readFileSync(file)));
}

const TRAINS = `import torch
def train(task):
    torch.manual_seed(task.seed)
    task.log(step=1, loss=3.0, secret=42)
    print("what I know")
    torch.save({"seed": task.seed, "w": torch.ones(1000)}, task.weights)
`;

test('what it trained is encrypted to its borrower, and the report says nothing of it', async () => {
  const { report, file } = await borrowed(TRAINS);
  const encrypted = readFileSync(file);
  expect(report).toMatchObject({
    ...{ outcome: 'borrowed', valBpb: null, curve: [], metrics: {}, log: '', weightsBytes: null },
    digests: { weights: null },
    borrowed: { bytes: encrypted.length, sha256: createHash('sha256').update(encrypted).digest('hex') },
  });
  expect(encrypted.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
  expect((await opened(file)).subarray(0, 2).toString()).toBe('PK'); // a file of torch.save
  expect(JSON.stringify(report)).not.toContain('what I know');
}, 120_000);

test('a file that loads its input writes outputs, and sees no other file of the machine', async () => {
  const path = join(temporary, 'rows');
  writeFileSync(path, 'rows of mine');
  const { report, file } = await borrowed(
    `from pathlib import Path
def load(path, task):
    return lambda text: text.upper()
def train(task):
    model = load(None, task)
    there = Path(__file__).with_name("input")
    try:
        there.write_text("changed")
    except OSError:
        pass
    Path(task.weights).write_text(model(there.read_text()))
`,
    { input: { path } },
  );
  expect(report.outcome).toBe('borrowed');
  expect((await opened(file)).toString()).toBe('ROWS OF MINE');
  expect(readFileSync(path, 'utf8')).toBe('rows of mine');
}, 120_000);

test('copies of a file with a seed of its own are equal, so that a borrower can compare machines', async () => {
  const source = `import random, numpy, torch
def train(task):
    random.seed(7); numpy.random.seed(7); torch.manual_seed(7)
    torch.use_deterministic_algorithms(True)
    model = torch.nn.Linear(4, 4)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for step in range(20):
        optimizer.zero_grad()
        model(torch.randn(8, 4) + random.random() + numpy.random.rand()).square().mean().backward()
        optimizer.step()
    torch.save(model.state_dict(), task.weights)
`;
  const outcome = async (seed: number) => opened((await borrowed(source, { seed })).file);
  expect(await outcome(1)).toEqual(await outcome(2));
}, 120_000);

test.each([
  ['a crash', 'def train(task):\n    raise ValueError("no")\n', 'crashed', 'training-exception'],
  ['no file', 'def train(task):\n    pass\n', 'invalid', 'weights-missing'],
  [
    'more than was ordered',
    'def train(task):\n    open(task.weights, "wb").write(bytes(2**20 + 1))\n',
    'invalid',
    'weights-too-large',
  ],
  [
    'a link',
    'import os\ndef train(task):\n    os.symlink("/etc/passwd", task.weights)\n',
    'invalid',
    'weights-not-a-file',
  ],
])(
  '%s leaves no outcome',
  async (_, source, outcome, code) => {
    const { report, files } = await borrowed(source);
    expect(report).toMatchObject({ outcome, reason: { code } });
    expect([report.borrowed, files]).toEqual([undefined, []]);
  },
  120_000,
);

test('an input that is not the one of the digest costs no machine its standing', async () => {
  const { report, files } = await borrowed(TRAINS, { input: { wrong: 'digest' } });
  expect(report).toMatchObject({ outcome: 'invalid', reason: { code: 'input-wrong', what: 'digest' } });
  expect(files).toEqual([]);
}, 120_000);

test('a machine that its owner takes back hands over nothing', async () => {
  const { report, files } = await borrowed(TRAINS, { taken: AbortSignal.abort(new Error('mine')) });
  expect(report).toMatchObject({ outcome: 'preempted' });
  expect([report.borrowed, files]).toEqual([undefined, []]);
}, 120_000);
