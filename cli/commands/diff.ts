import { createTwoFilesPatch } from 'diff';
import { z } from 'zod';
import { DESCENT } from '../../core/command-name.ts';
import { CommandError } from '../../core/errors.ts';
import { inert } from '../../core/text/harmless/terminal.ts';
import { experimentsOf } from '../../memory/history.ts';
import { incumbentSource } from '../../memory/incumbent.ts';
import type { Memory } from '../../memory/memory.ts';
import { sourceOf } from '../../memory/source.ts';
import { verb } from '../verb.ts';

const EXPERIMENT = z
  .string()
  .regex(/^(#?[1-9][0-9]{0,9}|best)$/, 'must be the number of a pull request, or best');

export const diff = verb({
  name: 'diff',
  summary: 'show how the train.py files of two experiments differ',
  examples: ['diff 41 57', 'diff best 57'],
  input: z.strictObject({
    a: EXPERIMENT.describe('a pull request, or best'),
    b: EXPERIMENT.describe('another one'),
  }),
  positional: ['a', 'b'],
  output: z.strictObject({ from: z.string(), to: z.string(), diff: z.string() }),
  async run({ memory: open }, { a, b }) {
    using memory = await open();
    const [from, to] = await Promise.all([load(memory, a), load(memory, b)]);
    return {
      from: from.name,
      to: to.name,
      diff: createTwoFilesPatch(from.name, to.name, from.source, to.source),
    };
  },
  render({ diff }) {
    return inert(diff);
  },
});

async function load(memory: Memory, name: string): Promise<{ name: string; source: string }> {
  if (name === 'best') return { name, source: (await incumbentSource(memory)).source };
  const pull = Number(name.replace('#', ''));
  const experiment = experimentsOf(memory.store, pull).at(-1);
  if (experiment === undefined) {
    throw new CommandError(
      `#${pull} has no result in ${memory.repository.ref}`,
      `Try --fresh, or \`${DESCENT} history\`.`,
      { status: 1 },
    );
  }
  return { name: `#${pull}`, source: await sourceOf(memory, experiment) };
}
