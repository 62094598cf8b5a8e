import { chmod, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Job } from '../../core/formats/job.ts';
import { sayReason } from '../../core/formats/reason.ts';
import type { Report } from '../../core/formats/report.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { openDataset } from '../dataset.ts';
import type { Host } from '../host.ts';
import { measure } from '../run.ts';

/** The cheaters beside this file, each measured for real: refused as its header says, or given its true loss. */

export interface Member {
  name: string;
  /** What its header expects: outcomes, or `true loss`. */
  expected: string[];
  stage: Job['stage'];
  trainPy: Buffer;
}

export interface Sighting {
  name: string;
  expected: string;
  actual: string;
  ok: boolean;
  reason: string | null;
}

/** A loss is the true one when it is as near to the honest model's as two runs of it are. */
const SAME_BPB = 1e-3;
const DATASET = 'pysource';
const HONEST = 'honest';
/** Honest, too, and no cheater: measured a hundred times by repeats.ts. */
export const HONEST_IN_BF16 = 'honest_in_bf16';
const here = import.meta.dirname;

/** Names of the cheaters. */
export async function cheaters(): Promise<string[]> {
  const names = (await readdir(here)).filter((name) => name.endsWith('.py')).map((name) => name.slice(0, -3));
  return names.filter((name) => name !== HONEST && name !== HONEST_IN_BF16).sort();
}

/**
 * A cheater is the honest file with its own text appended, so that each shows one thing alone.
 * @param cache where the data sets are: a header with `packed: N` is given N characters of packed validation text
 */
export async function readMember(name: string, cache: string): Promise<Member> {
  const text = await readFile(join(here, `${name}.py`), 'utf8');
  const line = (key: string) => new RegExp(`^${key}: (.+)$`, 'm').exec(text)?.[1];
  const expect = line('expect');
  if (!expect) throw new Error(`runner/zoo/${name}.py has no line "expect: ..." in its header.`);
  const alone = name === HONEST || name === HONEST_IN_BF16;
  const honest = alone ? '' : await readFile(join(here, `${HONEST}.py`), 'utf8');
  const packed = line('packed') ? `PACKED = "${await packValidation(cache, Number(line('packed')))}"\n` : '';
  return {
    name,
    expected: expect.split(' or '),
    stage: line('stage') === 'confirm' ? 'confirm' : 'explore',
    trainPy: Buffer.from(honest + packed + text),
  };
}

/** As many rows of validation text, one byte a token, as fit `characters` of base64 when compressed. */
async function packValidation(cache: string, characters: number): Promise<string> {
  const { openRows, rowCount, sequenceLength } = await openDataset(cache, DATASET);
  const rows = await openRows('validation');
  const tokens = await rows.read(0, rowCount.validation);
  await rows.close();
  const text = tokens.filter((_, index) => index % 2 === 0); // tokens of this data set are bytes
  let packed = '';
  let [enough, tooMuch] = [0, rowCount.validation + 1];
  while (tooMuch - enough > 1) {
    const middle = (enough + tooMuch) >> 1;
    const attempt = deflateSync(text.subarray(0, middle * (sequenceLength + 1)), { level: 9 }).toString(
      'base64',
    );
    if (attempt.length > characters) tooMuch = middle;
    else [enough, packed] = [middle, attempt];
  }
  return packed;
}

export interface Zoo {
  honest: Report;
  visit(name: string): Promise<Sighting>;
  close(): Promise<void>;
}

/** Measures the honest member, the incumbent of the zoo; its claims guide the probes of the others. */
export async function openZoo(repository: string, host: Host, signal?: AbortSignal): Promise<Zoo> {
  const cache = await mkdtemp(join(host.temporary, 'descent-zoo-'));
  await chmod(cache, 0o711); // the sandbox's user passes through to the data
  await symlink(join(host.cache, 'data'), join(cache, 'data')); // reference claims of its own, the data set of all
  const { trainPy } = await readMember(HONEST, cache);
  const incumbent = gitBlob(trainPy);
  const run = (content: Buffer, stage: Job['stage']) =>
    measure(zooJob({ blob: gitBlob(content), incumbent, stage }), {
      trainPy: content,
      repository,
      sandbox: 'bubblewrap',
      host: { ...host, cache },
      signal,
    });
  const close = () => rm(cache, { recursive: true });
  const honest = await run(trainPy, 'baseline').catch(async (error) => {
    await close();
    throw error;
  });
  return {
    honest,
    async visit(name) {
      const { expected, stage, trainPy } = await readMember(name, cache);
      const report = await run(trainPy, stage);
      const actual = say(report, honest);
      return {
        name,
        expected: expected.join(' or '),
        actual,
        ok: expected.includes(actual),
        reason: report.reason && sayReason(report.reason),
      };
    },
    close,
  };
}

function say(report: Report, honest: Report): string {
  if (report.valBpb === null || honest.valBpb === null) return report.outcome;
  const gain = honest.valBpb - report.valBpb;
  return Math.abs(gain) <= SAME_BPB ? 'true loss' : `false loss, ${gain.toFixed(4)} better`;
}

export function zooJob(change: Partial<Job>): Job {
  return {
    schema: 1,
    nonce: '0'.repeat(32),
    repository: 'zoo/zoo',
    pull: null,
    head: '0'.repeat(40),
    blob: '0'.repeat(40),
    incumbent: null,
    stage: 'explore',
    ordinal: 1,
    seed: 1,
    track: 'zoo',
    dataset: DATASET,
    device: 'cpu',
    budgetSeconds: 15,
    scoringSeconds: 30,
    validationTokens: 256 * 256,
    probes: 200,
    threads: 1,
    memoryMiB: 4096,
    weightsMiB: 64,
    loadSeconds: 10,
    ...change,
  };
}
