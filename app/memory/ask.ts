import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { verdictSchema } from '../../core/formats/run.ts';
import type { ProposalReading } from '../github/port.ts';
import type { SimilarOpen, SimilarRecord } from '../model/snapshot.ts';
import { freshClone, runQuietly } from './clone.ts';

/** Asks the agent's command line, in a process of its own, what the records of a repository say. */

const require = createRequire(import.meta.url);
const AGENT = require.resolve('../../cli/main.ts');

export interface Place {
  /** Of the repository, as people see it. */
  url: string;
  branch: string;
  /** Folder for the clone and its index. */
  cache: string;
}

const topicPath = z.string().regex(/^memory\/[a-z0-9-]+\.md$/);
const digestSchema = z.object({
  page: z.string(),
  topics: z.record(topicPath, z.string()),
  plot: z.string().nullable(),
});

/** The page of what is known, pages of the topics that outgrow it by their paths beside it, and the progress plot of the primary track (SVG; null before it has a record). */
export async function askDigest(place: Place): Promise<z.infer<typeof digestSchema>> {
  return digestSchema.parse(await ask(place, ['digest']));
}

const parts = { diff: z.number(), hypothesis: z.number() };
const experimentSchema = z.object({
  pull: z.int(),
  blob: z.string(),
  track: z.string(),
  verdict: verdictSchema,
  valBpb: z.number().nullable(),
  incumbentBpb: z.number().nullable(),
  reason: z.string(),
  decidedAt: z.string(),
  authorText: z.object({ title: z.string(), exception: z.string().optional() }),
});
const similarSchema = z.object({
  similar: z.array(z.object({ experiment: experimentSchema, ...parts })),
  open: z.array(z.object({ number: z.int(), authorText: z.object({ title: z.string() }), ...parts })),
});

/** Experiments on record, and of these open requests those, much like a file or its hypothesis, the most alike first. */
export async function askSimilar(
  place: Place,
  { text, hypothesis, track }: { text: string; hypothesis: string; track: string | null },
  open: ProposalReading[],
): Promise<{ records: SimilarRecord[]; open: SimilarOpen[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-similar-'));
  try {
    const [file, list] = [join(folder, 'train.py'), join(folder, 'open.json')];
    await writeFile(file, text);
    await writeFile(list, JSON.stringify(open));
    // One argument each, so that no author's text can pass for an option.
    const args = [`--file=${file}`, `--open=${list}`, `--hypothesis=${hypothesis}`];
    const found = similarSchema.parse(
      await ask(place, ['similar', ...args, ...(track ? [`--track=${track}`] : [])]),
    );
    return {
      records: found.similar.map(({ experiment: { authorText, ...experiment }, ...how }) => ({
        kind: 'record',
        ...experiment,
        title: authorText.title,
        exception: authorText.exception ?? null,
        ...likeness(how),
      })),
      open: found.open.map(({ number, authorText, ...how }) => ({
        kind: 'open',
        pull: number,
        title: authorText.title,
        ...likeness(how),
      })),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function likeness({ diff, hypothesis }: { diff: number; hypothesis: number }) {
  return {
    part: diff >= hypothesis ? ('diff' as const) : ('hypothesis' as const),
    alike: Math.max(diff, hypothesis),
  };
}

async function ask({ url, branch, cache }: Place, args: string[]): Promise<unknown> {
  const folder = await freshClone(url, branch, cache);
  const [verb, ...rest] = args;
  const said = await runQuietly(process.execPath, [AGENT, verb!, '--json', ...rest], folder, {
    DESCENT_CACHE: cache,
  });
  return JSON.parse(said);
}
