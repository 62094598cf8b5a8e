import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Failure, messageOf } from '../failure.ts';
import type { Memory } from '../memory/memory.ts';
import { topicsOf } from '../memory/topics.ts';
import { memoryPage } from '../pages/memory-page.ts';
import { type Dot, progressPlot } from '../pages/progress-plot.ts';
import { verb } from '../verb.ts';

/** Experiments of each kind under a topic. */
const EACH = 4;

export const digest = verb({
  name: 'digest',
  summary: 'one page: what works, what could still, what does not, by part of the file',
  examples: ['descent digest', 'descent digest --out results   # writes MEMORY.md and progress.svg'],
  input: z.strictObject({
    track: z.string().optional().describe('the primary track otherwise'),
    out: z
      .string()
      .optional()
      .describe('write MEMORY.md and progress.svg into this folder instead of printing the page'),
  }),
  positional: [],
  async run({ memory: open, context }, { track, out }) {
    using memory = await open();
    const name = track ?? memory.leaderboard.primary;
    const page = memoryPage(name, topicsOf(memory.store, name, EACH));
    if (out === undefined) return { track: name, page, files: [] };
    const standing = memory.leaderboard.tracks[name];
    const files: Record<string, string> = { 'MEMORY.md': page };
    if (standing) files['progress.svg'] = progressPlot(name, standing, dots(memory, name));
    return { track: name, page, files: await save(resolve(context.cwd, out), files) };
  },
  render({ page, files }) {
    return files.length === 0 ? page : `${files.join('\n')}\n`;
  },
});

function dots({ store }: Memory, track: string): Dot[] {
  const scored = 'SELECT decidedAt AS at, valBpb FROM experiments WHERE track = ? AND valBpb IS NOT NULL';
  return store.prepare(scored).all(track) as unknown as Dot[];
}

async function save(folder: string, files: Record<string, string>): Promise<string[]> {
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return Object.keys(files).map((name) => join(folder, name));
  } catch (cause) {
    throw new Failure(
      `could not write into ${folder}: ${messageOf(cause)}`,
      'Name another folder with --out.',
      { cause },
    );
  }
}
