import { chmod, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gitBlob } from '../blob.ts';
import type { Job } from '../contract/job.ts';
import type { Report } from '../contract/report.ts';
import type { Host } from '../host.ts';
import { measure } from '../run.ts';

/** The cheaters beside this file, each measured for real: refused as its header says, or given its true loss. */

export interface Member {
  name: string;
  /** What its header expects: outcomes, or `true loss`. */
  expected: string[];
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
const HONEST = 'honest';
const here = import.meta.dirname;

/** Names of all members, the honest one first. */
export async function members(): Promise<string[]> {
  const names = (await readdir(here)).filter((name) => name.endsWith('.py')).map((name) => name.slice(0, -3));
  return [HONEST, ...names.filter((name) => name !== HONEST).sort()];
}

/** A cheater is the honest file with its own text appended, so that each shows one thing alone. */
export async function readMember(name: string): Promise<Member> {
  const text = await readFile(join(here, `${name}.py`), 'utf8');
  const expect = /^expect: (.+)$/m.exec(text)?.[1];
  if (!expect) throw new Error(`runner/zoo/${name}.py has no line "expect: ..." in its header.`);
  const honest = name === HONEST ? '' : await readFile(join(here, `${HONEST}.py`), 'utf8');
  return { name, expected: expect.split(' or '), trainPy: Buffer.from(honest + text) };
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
  const { trainPy } = await readMember(HONEST);
  const incumbent = gitBlob(trainPy);
  const run = (content: Buffer) =>
    measure(job(gitBlob(content), incumbent), {
      trainPy: content,
      repository,
      sandbox: 'bubblewrap',
      host: { ...host, cache },
      signal,
    });
  const close = () => rm(cache, { recursive: true });
  const honest = await run(trainPy).catch(async (error) => {
    await close();
    throw error;
  });
  return {
    honest,
    async visit(name) {
      const { expected, trainPy } = await readMember(name);
      const report = await run(trainPy);
      const actual = say(report, honest);
      return {
        name,
        expected: expected.join(' or '),
        actual,
        ok: expected.includes(actual),
        reason: report.reason,
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

function job(blob: string, incumbent: string): Job {
  return {
    schema: 1,
    nonce: '0'.repeat(32),
    repository: 'zoo/zoo',
    pull: null,
    head: '0'.repeat(40),
    blob,
    incumbent,
    stage: 'explore',
    ordinal: 1,
    seed: 1,
    track: 'zoo',
    dataset: 'pysource',
    device: 'cpu',
    budgetSeconds: 15,
    scoringSeconds: 30,
    validationTokens: 256 * 256,
    probes: 200,
    threads: 1,
    memoryMiB: 4096,
  };
}
