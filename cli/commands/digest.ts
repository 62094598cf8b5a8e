import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CommandError, messageOf } from '../../core/errors.ts';
import { topicPath } from '../../memory/pages/memory-page.ts';
import { pagesOf } from '../../memory/pages/pages.ts';
import { TOPIC_NAMES } from '../../memory/topics.ts';
import { type Setting, verb } from '../verb.ts';

export const digest = verb({
  name: 'digest',
  summary: 'one page by part of the file: what works, what could still work, what does not',
  examples: [
    'digest',
    'digest --out results   # writes MEMORY.md, memory/TOPIC.md of what outgrows it, and progress.svg',
  ],
  writes: 'replaces',
  input: z.strictObject({
    track: z.string().optional().describe('default: the primary track'),
    out: z
      .string()
      .optional()
      .describe('write the pages and progress.svg into this folder instead of printing the page'),
  }),
  positional: [],
  output: z.strictObject({
    untrusted: z.literal(true),
    track: z.string(),
    page: z.string(),
    topics: z.record(z.string(), z.string()),
    plot: z.string().nullable(),
    files: z.array(z.string()),
  }),
  async run({ memory: open, writes }, { track, out }) {
    using memory = await open();
    const { track: name, page, topics, plot } = pagesOf(memory, track);
    const files = { 'MEMORY.md': page, ...topics, ...(plot !== null && { 'progress.svg': plot }) };
    const saved = out === undefined ? [] : await save(out, files, writes);
    // The pages quote titles and changes of strangers.
    return { untrusted: true as const, track: name, page, topics, plot, files: saved };
  },
  render({ page, files }) {
    return files.length === 0 ? page : `${files.join('\n')}\n`;
  },
});

/** The folder where the bot keeps these pages. Any caller may replace them there. */
const REPLACED = ['MEMORY.md', 'progress.svg', ...TOPIC_NAMES.map((name) => topicPath({ name }))].map(
  (name) => `results/${name}`,
);

/** @param writes decides where a file may be written */
async function save(
  out: string,
  files: Record<string, string>,
  writes: Setting['writes'],
): Promise<string[]> {
  const at = (name: string) => writes(join(out, name), REPLACED);
  try {
    // When a topic fits on the overview again, its own page is deleted. Otherwise it would become out of date.
    for (const path of TOPIC_NAMES.map((name) => topicPath({ name })))
      if (!(path in files)) await rm(await at(path), { force: true });
    const saved: string[] = [];
    for (const [name, text] of Object.entries(files)) {
      const path = await at(name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      saved.push(path);
    }
    return saved;
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw new CommandError(
      `could not write into ${out}: ${messageOf(cause)}`,
      'Name another folder with --out.',
      {
        cause,
      },
    );
  }
}
