import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { verdictSchema } from '../../results/schema.ts';
import type { Similar } from '../model/snapshot.ts';
import { freshClone, runQuietly } from './clone.ts';

/** Asks the agent's command line, in a process of its own, what the records of a repository say. */

const AGENT = join(import.meta.dirname, '../../agent/main.ts');

export interface Place {
  /** Of the repository, as people see it. */
  url: string;
  branch: string;
  /** Folder for the clone and its index. */
  cache: string;
}

const digestSchema = z.object({ page: z.string(), plot: z.string().nullable() });

/** The one page of what is known, and the progress plot of the primary track (SVG; null before it has a record). */
export async function askDigest(place: Place): Promise<z.infer<typeof digestSchema>> {
  return digestSchema.parse(await ask(place, ['digest']));
}

const experimentSchema = z.object({
  pull: z.int(),
  blob: z.string(),
  track: z.string(),
  verdict: verdictSchema,
  valBpb: z.number().nullable(),
  incumbentBpb: z.number().nullable(),
  title: z.string(),
  reason: z.string(),
});
const similarSchema = z.object({
  similar: z.array(z.object({ experiment: experimentSchema, diff: z.number(), hypothesis: z.number() })),
});

/** Experiments on record much like a file or its hypothesis, the most alike first. */
export async function askSimilar(
  place: Place,
  { text, hypothesis, track }: { text: string; hypothesis: string; track: string | null },
): Promise<Similar[]> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-similar-'));
  try {
    const file = join(folder, 'train.py');
    await writeFile(file, text);
    // One argument each, so that no author's text can pass for an option.
    const args = [`--file=${file}`, `--hypothesis=${hypothesis}`, ...(track ? [`--track=${track}`] : [])];
    const { similar } = similarSchema.parse(await ask(place, ['similar', ...args]));
    return similar.map(({ experiment, diff, hypothesis: said }) => ({
      ...experiment,
      part: diff >= said ? 'diff' : 'hypothesis',
      alike: Math.max(diff, said),
    }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function ask({ url, branch, cache }: Place, args: string[]): Promise<unknown> {
  const folder = await freshClone(url, branch, cache);
  const [verb, ...rest] = args;
  const said = await runQuietly(process.execPath, [AGENT, verb!, '--json', ...rest], folder, {
    DESCENT_CACHE: cache,
  });
  return JSON.parse(said);
}
