import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CommandError, messageOf } from '../../core/errors.ts';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';
import { inert } from '../../core/text/harmless/terminal.ts';
import { type Clone, needFiles } from '../../memory/clone/clone.ts';
import { git } from '../../memory/clone/git.ts';
import { incumbentSource } from '../../memory/incumbent.ts';
import { verb } from '../verb.ts';

export const best = verb({
  name: 'best',
  summary: 'print the best train.py of a track, or write it to a file',
  examples: ['best', 'best --write   # into train/train.py', 'best --track h100 --out best.py'],
  writes: 'replaces',
  input: z.strictObject({
    track: z.string().optional().describe('default: the primary track'),
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
    pull: z.int().nullable(),
    blob: z.string(),
    valBpb: z.number().nullable(),
    path: z.string().nullable(),
    source: z.string().nullable(),
  }),
  async run({ memory: open, writes }, { track, out, write, force }) {
    using memory = await open();
    const { source, ...found } = await incumbentSource(memory, track);
    if (out === undefined && !write) return { ...found, path: null, source };
    if (write) await mayReplace(memory.repository, source, force === true);
    const path = write ? join(memory.repository.folder, TRAIN_PATH) : await writes(out!, [TRAIN_PATH]);
    await save(path, source);
    return { ...found, path, source: null };
  },
  render(value) {
    if (value.source !== null) return inert(value.source);
    const loss = value.valBpb === null ? 'not measured yet' : `val_bpb ${value.valBpb.toFixed(4)}`;
    return `${value.path}: ${loss} on ${value.track}, ${value.pull === null ? 'the first file' : `#${value.pull}`}\n`;
  },
});

/** Does not overwrite changes that exist nowhere else. */
async function mayReplace(clone: Clone, source: string, force: boolean): Promise<void> {
  needFiles(clone);
  if (force || (await git(clone.folder, ['status', '--porcelain', '--', TRAIN_PATH])) === '') return;
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
