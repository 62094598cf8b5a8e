import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CommandError, messageOf } from '../../core/errors.ts';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';
import { inert } from '../../core/text/harmless/terminal.ts';
import { bestSource, recordSource } from '../../memory/best.ts';
import { type Clone, needFiles } from '../../memory/clone/clone.ts';
import { type Guess, guessLine, guessSchema } from '../../memory/guess.ts';
import { noteBase } from '../clone/base.ts';
import { beginCommand } from '../clone/begin.ts';
import { verb } from '../verb.ts';
import { trainChanged, trainFile } from '../working-tree.ts';

const fileSchema = {
  pull: z.int().nullable(),
  blob: z.string(),
  /** The record's loss; null before it is measured, and for a guess. */
  valBpb: z.number().nullable(),
};

export const best = verb({
  name: 'best',
  summary:
    'print the train.py to build on, or write it to a file: the best guess of a track where one is adopted, else the record',
  examples: [
    'best',
    'best --write   # into train/train.py',
    'best --certified --out record.py   # the record, whatever was adopted since',
    'best --track h100 --json',
  ],
  writes: 'replaces',
  input: z.strictObject({
    track: z.string().optional().describe('default: the primary track'),
    certified: z.boolean().optional().describe('the record, which main has, not the best guess'),
    out: z.string().optional().describe('write the file here instead of printing it'),
    write: z.boolean().optional().describe(`write it to ${TRAIN_PATH} of this clone, wherever you stand`),
    force: z
      .boolean()
      .optional()
      .describe(`with --write: overwrite ${TRAIN_PATH} even if it has uncommitted changes`),
  }),
  positional: [],
  output: z.strictObject({
    track: z.string(),
    ...fileSchema,
    /** Where the file is a guess: what is thought of it. Its loss is no record. */
    frontier: guessSchema.nullable(),
    /** The record. */
    certified: z.strictObject(fileSchema),
    /** Begins a branch at the guess by hand; `claim` and `submit` begin it themselves. */
    begin: z.string().nullable(),
    path: z.string().nullable(),
    source: z.string().nullable(),
  }),
  async run({ memory: open, writes, context }, { track: asked, certified, out, write, force }) {
    using memory = await open();
    const { repository, leaderboard } = memory;
    const track = asked ?? leaderboard.primary;
    const best = await bestSource(memory, { track, certified: certified === true });
    const { pull, blob, valBpb, guess, source } = best;
    const record = guess === null ? best : await recordSource(memory, track);
    const found = {
      ...{ track, pull, blob, valBpb, frontier: guess },
      certified: { pull: record.pull, blob: record.blob, valBpb: record.valBpb },
      begin: guess === null ? null : beginCommand(guess, track === leaderboard.primary),
    };
    if (out === undefined && !write) {
      if (guess !== null) context.err(`${about(found)}\n`);
      return { ...found, path: null, source };
    }
    if (write) await mayReplace(repository, source, force === true);
    const path = write ? await trainFile(repository) : await writes(out!, [TRAIN_PATH]);
    await save(path, source);
    if (write) await noteBase(repository, blob);
    return { ...found, path, source: null };
  },
  render(value) {
    if (value.source !== null) return inert(value.source);
    const begin = value.begin === null ? '' : `A branch that begins there: ${value.begin}\n`;
    return `${value.path}: ${about(value)}\n${begin}`;
  },
});

interface Found {
  track: string;
  frontier: Guess | null;
  certified: { pull: number | null; valBpb: number | null };
}

/** Which of the two it is, and the other. */
function about({ track, frontier, certified: { pull, valBpb } }: Found): string {
  const loss = valBpb === null ? 'not measured yet' : `val_bpb ${valBpb.toFixed(4)}`;
  const holder = pull === null ? 'the first file' : `#${pull}`;
  if (frontier === null) return `${loss} on ${track}, ${holder}`;
  return `${guessLine(frontier)} on ${track}, not certified; the record: ${loss}, ${holder} (--certified)`;
}

/** Does not overwrite changes that exist nowhere else. */
async function mayReplace(clone: Clone, source: string, force: boolean): Promise<void> {
  needFiles(clone);
  if (force || !(await trainChanged(clone))) return;
  const now = await readFile(join(clone.folder, TRAIN_PATH), 'utf8').catch(() => null); // deleted: nothing to lose
  if (now === null || now === source) return;
  throw new CommandError(
    `${TRAIN_PATH} has uncommitted changes`,
    'Submit or commit them first; --force overwrites them.',
    { status: 1 },
  );
}

async function save(path: string, source: string): Promise<void> {
  try {
    await writeFile(path, source);
  } catch (cause) {
    throw new CommandError(`could not write ${path}: ${messageOf(cause)}`, 'Name another file with --out.', {
      cause,
    });
  }
}
