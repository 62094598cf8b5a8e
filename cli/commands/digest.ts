import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CommandError, messageOf } from '../../core/errors.ts';
import { inertLine } from '../../core/text/harmless/terminal.ts';
import { type Checked, checkEvents } from '../../memory/events/check.ts';
import { eventFiles } from '../../memory/events/rebuild.ts';
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
    'digest --check   # makes results/events again from the history of results, and compares',
    'digest --events results   # writes events/N.jsonl of the whole history into that folder',
  ],
  writes: 'replaces',
  input: z.strictObject({
    track: z.string().optional().describe('default: the primary track'),
    out: z
      .string()
      .optional()
      .describe('write the pages and progress.svg into this folder instead of printing the page'),
    check: z
      .boolean()
      .optional()
      .describe(
        'compare results/events with what follows from the history of results; exits with 1 if they differ',
      ),
    events: z
      .string()
      .optional()
      .describe('write the events of the whole history into this folder instead of printing the page'),
  }),
  positional: [],
  output: z.strictObject({
    untrusted: z.literal(true),
    track: z.string(),
    page: z.string(),
    topics: z.record(z.string(), z.string()),
    plot: z.string().nullable(),
    files: z.array(z.string()),
    check: z
      .strictObject({
        same: z.int(),
        difference: z
          .strictObject({
            at: z.string(),
            expected: z.string().nullable(),
            found: z.string().nullable(),
            commit: z.string().nullable(),
          })
          .nullable(),
      })
      .nullable(),
  }),
  async run({ memory: open, writes }, { track, out, check, events }) {
    using memory = await open();
    const { folder, commit } = memory.repository;
    const checked = check ? await checkEvents(folder, commit) : null;
    const written = events === undefined ? [] : await saveEvents(events, folder, commit, writes);
    const { track: name, page, topics, plot } = await pagesOf(memory, track);
    const files = { 'MEMORY.md': page, ...topics, ...(plot !== null && { 'progress.svg': plot }) };
    const saved = out === undefined ? [] : await save(out, files, writes);
    // The pages quote titles and changes of strangers.
    return {
      untrusted: true as const,
      track: name,
      page,
      topics,
      plot,
      files: [...saved, ...written],
      check: checked,
    };
  },
  render({ page, files, check }) {
    if (check) return inWords(check);
    return files.length === 0 ? page : `${files.join('\n')}\n`;
  },
  status: ({ check }) => (check?.difference ? 1 : 0),
});

function inWords({ same, difference }: Checked): string {
  if (!difference) return `All ${same} events follow from the results.\n`;
  const shown = (line: string | null) => (line === null ? 'nothing' : inertLine(line, 300));
  return [
    `${difference.at} is not what the results say (${same} lines before it are):`,
    `  expected: ${shown(difference.expected)}${difference.commit ? ` by commit ${difference.commit}` : ''}`,
    `  found:    ${shown(difference.found)}`,
    '',
  ].join('\n');
}

async function saveEvents(
  out: string,
  folder: string,
  commit: string,
  writes: Setting['writes'],
): Promise<string[]> {
  const files = await eventFiles(folder, commit);
  return save(out, files, writes, Object.keys(files));
}

/** The folder where the bot keeps these pages. Any caller may replace them there. */
const REPLACED = ['MEMORY.md', 'progress.svg', ...TOPIC_NAMES.map((name) => topicPath({ name }))];

/** @param writes decides where a file may be written; @param replaced names that may be there already */
async function save(
  out: string,
  files: Record<string, string>,
  writes: Setting['writes'],
  replaced = REPLACED,
): Promise<string[]> {
  const at = (name: string) =>
    writes(
      join(out, name),
      replaced.map((one) => `results/${one}`),
    );
  try {
    // When a topic fits on the overview again, its own page is deleted. Otherwise it would become out of date.
    for (const path of replaced.filter((name) => name.startsWith('memory/')))
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
