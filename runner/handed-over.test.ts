import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HandedOver } from '../core/formats/handed-over.ts';
import type { Job } from '../core/formats/job.ts';
import type { Report } from '../core/formats/report.ts';
import { gitBlob } from '../core/git-blob.ts';
import { makeWorkFolder } from './folder.ts';
import { takeOver } from './handed-over.ts';
import { thisHost } from './host.ts';
import { measure } from './run.ts';
import { zooJob } from './zoo/zoo.ts';

/** One machine measures and hands over, another scores the same weights once more: here one after the other, for real. */

const repository = join(import.meta.dirname, '..');
const MINUTE = 60_000;

const trainPy = readFileSync(join(repository, 'testing/programs/bigrams.py'));

let temporary: string;
let first: Report;
let weights: Buffer;
let claims: Buffer;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const job = (change: Partial<Job>) =>
  zooJob({ blob: gitBlob(trainPy), dataset: 'pysource', validationTokens: 64 * 256, probes: 32, ...change });
const machine = () => ({
  trainPy,
  repository,
  sandbox: 'bubblewrap' as const,
  host: { ...thisHost(process.env), temporary },
});

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'descent-test-'));
  await chmod(temporary, 0o711); // the sandbox's user passes through
  const folder = join(temporary, 'scored');
  first = await measure(job({ handOver: true, stage: 'explore' }), { ...machine(), handOver: folder });
  expect((await readdir(folder)).sort()).toEqual(['claims.bin', 'weights.bin']);
  weights = await readFile(join(folder, 'weights.bin'));
  claims = await readFile(join(folder, 'claims.bin'));
}, MINUTE);
afterAll(() => rm(temporary, { recursive: true }));

/** What the first machine says it handed over: by default the truth about these bytes. */
function handed(archive: Uint8Array, says: { weights?: Uint8Array; claims?: Uint8Array } = {}): HandedOver {
  const of = (bytes: Uint8Array) => ({ sha256: sha256(bytes), bytes: bytes.length });
  return {
    ...{ runId: 1, artifact: 2, archive: of(archive) },
    ...{ weights: of(says.weights ?? weights), claims: of(says.claims ?? claims) },
  };
}

async function keep(archive: Uint8Array): Promise<string> {
  const path = join(await mkdtemp(join(temporary, 'archive-')), 'archive.zip');
  await writeFile(path, archive);
  return path;
}

async function scoreOnceMore(of: { weights: Buffer; claims: Buffer }): Promise<Report> {
  const archive = zipSync({ 'weights.bin': of.weights, 'claims.bin': of.claims }, { level: 0 });
  const order = job({ stage: 'rescore', rescore: handed(archive, of) });
  return measure(order, { ...machine(), handedOver: await keep(archive) });
}

describe('scoring once more', () => {
  test('what a run hands over is named in its report', () => {
    expect(first).toMatchObject({
      outcome: 'scored',
      claimsBytes: claims.length,
      weightsBytes: weights.length,
    });
    expect(first.digests).toMatchObject({ claims: sha256(claims), weights: sha256(weights) });
    expect(claims.length).toBe(4 * 64 * 256);
  });

  test('agrees with the truth, without training, and keeps nothing', { timeout: MINUTE }, async () => {
    const before = await readdir(temporary);
    const report = await scoreOnceMore({ weights, claims });
    expect(report).toMatchObject({ outcome: 'scored', reason: null, digests: { weights: sha256(weights) } });
    expect(report.valBpb! - report.probes!.penaltyBpb).toBeCloseTo(
      first.valBpb! - first.probes!.penaltyBpb,
      12,
    );
    expect(report.probes).toMatchObject({ count: 32, guided: false });
    expect(report.timings.trainSeconds).toBe(0);
    expect((await readdir(temporary)).filter((name) => name.startsWith('descent-'))).toEqual(
      before.filter((name) => name.startsWith('descent-')),
    );
  });

  test('refuses claims that the weights do not bear out', { timeout: MINUTE }, async () => {
    const lower = Buffer.from(claims);
    for (let at = 0; at < lower.length; at += 4) lower.writeFloatLE(lower.readFloatLE(at) * 0.8, at);
    expect(await scoreOnceMore({ weights, claims: lower })).toMatchObject({
      outcome: 'invalid',
      valBpb: null,
    });
  });

  test('refuses claims that no model can make', { timeout: MINUTE }, async () => {
    const infinite = Buffer.from(claims);
    infinite.writeFloatLE(Number.NaN, 400);
    expect(await scoreOnceMore({ weights, claims: infinite })).toMatchObject({
      outcome: 'invalid',
      valBpb: null,
    });
  });

  test('says of what is gone that the first machine took it away', { timeout: MINUTE }, async () => {
    const order = job({ stage: 'rescore', rescore: handed(Buffer.from('gone')) });
    expect(await measure(order, { ...machine(), handedOver: null })).toMatchObject({
      ...{ outcome: 'invalid', valBpb: null },
      reason: { code: 'handed-over-wrong', what: 'gone' },
    });
  });

  test('refuses claims of other rows', { timeout: MINUTE }, async () => {
    const fewer = claims.subarray(0, claims.length / 2);
    expect(await scoreOnceMore({ weights, claims: fewer })).toMatchObject({ outcome: 'invalid' });
  });

  test('refuses weights that no model comes of', { timeout: MINUTE }, async () => {
    expect((await scoreOnceMore({ weights: Buffer.from('nothing'), claims })).outcome).toBe('crashed');
  });
});

describe('held-out text of a confirming run', () => {
  const nonce = 'c'.repeat(32);
  const ROWS = 64;
  const ROW = 4 * 256;
  let both: Report;
  let weights: Buffer;
  let claims: Buffer;
  /** References of its own, the data of all. */
  const ownCache = async () => {
    const cache = await mkdtemp(join(temporary, 'cache-'));
    await chmod(cache, 0o711);
    await symlink(join(thisHost(process.env).cache, 'data'), join(cache, 'data'));
    return { ...machine(), host: { ...machine().host, cache } };
  };
  beforeAll(async () => {
    const folder = join(temporary, 'scored-both');
    const order = job({ handOver: true, stage: 'confirm', nonce, budgetSeconds: 60 });
    both = await measure(order, { ...(await ownCache()), handOver: folder });
    expect(both).toMatchObject({ outcome: 'scored', reason: null });
    weights = await readFile(join(folder, 'weights.bin'));
    claims = await readFile(join(folder, 'claims.bin'));
  }, 2 * MINUTE);

  const again = async (bytes: Buffer, of = nonce): Promise<Report> => {
    const archive = zipSync({ 'weights.bin': weights, 'claims.bin': bytes }, { level: 0 });
    const rescore = { ...handed(archive, { weights, claims: bytes }), heldout: of };
    return measure(job({ stage: 'rescore', rescore }), {
      ...(await ownCache()),
      handedOver: await keep(archive),
    });
  };

  test('is handed over and scored once more like validation text', { timeout: MINUTE }, async () => {
    expect(claims.length).toBe(2 * ROWS * ROW);
    const report = await again(claims);
    expect(report).toMatchObject({ outcome: 'scored', probes: { count: 32, heldout: 32 } });
    expect(report.heldoutBpb! - report.probes!.heldoutPenaltyBpb!).toBeCloseTo(
      both.heldoutBpb! - both.probes!.heldoutPenaltyBpb!,
      12,
    );
  });

  test('of which the first machine lied is refused', { timeout: MINUTE }, async () => {
    const lower = Buffer.from(claims);
    for (let at = ROWS * ROW; at < lower.length; at += 4) lower.writeFloatLE(lower.readFloatLE(at) * 0.8, at);
    expect(await again(lower)).toMatchObject({ outcome: 'invalid', valBpb: null, heldoutBpb: null });
  });

  test('of other rows than were drawn for it is refused', { timeout: MINUTE }, async () => {
    const other = await again(claims, 'd'.repeat(32));
    expect(other.outcome).toBe('invalid');
    expect((await again(claims.subarray(0, ROWS * ROW))).outcome).toBe('invalid');
  });
});

describe('an archive', () => {
  const LINK = { os: 3, attrs: 0o120777 << 16 } as const;
  test.each<[string, () => Zippable, RegExp]>([
    [
      'with other weights',
      () => ({ 'weights.bin': Buffer.alloc(weights.length), 'claims.bin': claims }),
      /another content/,
    ],
    [
      'with other claims',
      () => ({ 'weights.bin': weights, 'claims.bin': Buffer.alloc(claims.length) }),
      /another content/,
    ],
    ['without claims', () => ({ 'weights.bin': weights }), /holds other files/],
    [
      'with a third file',
      () => ({ 'weights.bin': weights, 'claims.bin': claims, 'run.sh': Buffer.from('x') }),
      /holds other files/,
    ],
    [
      'that leaves its folder',
      () => ({ '../weights.bin': weights, 'claims.bin': claims }),
      /cannot be unpacked/,
    ],
    [
      'with a link',
      () => ({ 'weights.bin': [Buffer.from('/etc/passwd'), LINK], 'claims.bin': claims }),
      /holds other files/,
    ],
    [
      'that is a bomb',
      () => ({ 'weights.bin': Buffer.alloc(50_000_000), 'claims.bin': claims }),
      /another size/,
    ],
  ])('%s is refused as the first machine’s', async (_name, files, why) => {
    const archive = zipSync(files());
    const folder = await makeWorkFolder(temporary, null);
    await expect(takeOver(await keep(archive), handed(archive), folder)).rejects.toThrow(why);
    await folder.remove();
  });

  test('that inflates beyond what it declares is refused', async () => {
    const archive = zipSync({ 'weights.bin': Buffer.alloc(50_000_000), 'claims.bin': claims });
    const view = new DataView(archive.buffer, archive.byteOffset);
    for (let at = 0; at < archive.length - 4; at += 1)
      if (view.getUint32(at, true) === 0x02014b50 && view.getUint32(at + 24, true) === 50_000_000)
        view.setUint32(at + 24, weights.length, true);
    const folder = await makeWorkFolder(temporary, null);
    await expect(takeOver(await keep(archive), handed(archive), folder)).rejects.toThrow(
      /cannot be unpacked/,
    );
    await folder.remove();
  });

  test('that is none is refused', async () => {
    const folder = await makeWorkFolder(temporary, null);
    const none = Buffer.from('no archive');
    await expect(takeOver(await keep(none), handed(none), folder)).rejects.toThrow(/cannot be unpacked/);
    await folder.remove();
  });
});
