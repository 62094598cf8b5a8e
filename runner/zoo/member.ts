import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { z } from 'zod';
import type { Job } from '../../core/formats/job.ts';
import { openDataset } from '../dataset.ts';

/** The animals: files beside this one, each a train.py that tries one thing, with a header that says what is right. */

export interface Member {
  name: string;
  /** What its header expects: outcomes, or `true loss`. */
  expected: string[];
  /** How often it is measured; the last time counts. */
  jobs: number;
  /** What its job has otherwise than the zoo's usual one. */
  job: Partial<Job>;
  trainPy: Buffer;
}

const DATASET = 'pysource';
export const HONEST = 'honest';
/** Honest, too, and no cheater: measured a hundred times by repeats.ts. */
export const HONEST_IN_BF16 = 'honest_in_bf16';
const here = import.meta.dirname;

const ENDINGS = ['true loss', 'invalid', 'crashed', 'timeout', 'out-of-memory', 'diverged'] as const;

const headerSchema = z.strictObject({
  expect: z.string().transform((text) => z.array(z.enum(ENDINGS)).parse(text.split(' or '))),
  /** The animal whose text stands before its own; `none`: it stands alone. */
  base: z.string().default(HONEST),
  stage: z.enum(['explore', 'confirm']).default('explore'),
  /** Characters of packed validation text that it is given as PACKED. */
  packed: z.coerce.number().int().optional(),
  jobs: z.coerce.number().int().default(1),
  /** MiB. */
  memory: z.coerce.number().int().optional(),
});

type Header = z.infer<typeof headerSchema>;

/** Names of the cheaters. */
export async function cheaters(): Promise<string[]> {
  const names = (await readdir(here)).filter((name) => name.endsWith('.py')).map((name) => name.slice(0, -3));
  return names.filter((name) => name !== HONEST && name !== HONEST_IN_BF16).sort();
}

/**
 * A cheater is its base with its own text appended, so that each shows one thing alone.
 * @param cache where the data sets are, whose validation text may be packed
 */
export async function readMember(name: string, cache: string): Promise<Member> {
  const { header, text } = await readText(name);
  const { expect, stage, jobs, memory } = header;
  return {
    name,
    expected: expect,
    jobs,
    job: { stage, ...(memory && { memoryMiB: memory }) },
    trainPy: Buffer.from((await baseText(header, cache)) + text),
  };
}

async function baseText({ base, packed }: Header, cache: string): Promise<string> {
  const given = packed === undefined ? '' : `PACKED = "${await packValidation(cache, packed)}"\n`;
  if (base === 'none') return given;
  const { header, text } = await readText(base);
  return (await baseText(header, cache)) + text + given;
}

async function readText(name: string): Promise<{ header: Header; text: string }> {
  const path = join(here, `${name}.py`);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`${path} is missing: give a name of runner/zoo without .py.`);
  });
  const said = /^"""[\s\S]*?"""/.exec(text)?.[0] ?? '';
  const lines = [...said.matchAll(/^([a-z]+): (.+)$/gm)].map(([, key, value]) => [key, value]);
  const header = headerSchema.safeParse(Object.fromEntries(lines));
  if (!header.success) throw new Error(`The header of ${path}: ${z.prettifyError(header.error)}`);
  return { header: header.data, text };
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
