import { createTwoFilesPatch } from 'diff';
import { z } from 'zod';
import { inert } from '../../core/text/harmless/terminal.ts';
import { bestSource } from '../../memory/best.ts';
import type { Memory } from '../../memory/memory.ts';
import { sourceOf } from '../../memory/source.ts';
import { experimentsNamed } from '../experiments.ts';
import { verb } from '../verb.ts';

const EXPERIMENT = z
  .string()
  .regex(/^(#?[1-9][0-9]{0,9}|best)$/, 'must be the number of a pull request, or best');

export const diff = verb({
  name: 'diff',
  summary: 'show how the train.py files of two experiments differ',
  examples: [
    'diff 41 57',
    'diff best 57',
    'diff best 57 --certified   # the record instead of the best guess',
  ],
  input: z.strictObject({
    a: EXPERIMENT.describe('a pull request, or best'),
    b: EXPERIMENT.describe('another one'),
    certified: z.boolean().optional().describe('best is the record, not the best guess'),
  }),
  positional: ['a', 'b'],
  output: z.strictObject({ from: z.string(), to: z.string(), diff: z.string() }),
  async run({ memory: open }, { a, b, certified }) {
    using memory = await open();
    const [from, to] = (await Promise.all([a, b].map((name) => load(memory, name, certified === true)))) as [
      Loaded,
      Loaded,
    ];
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

interface Loaded {
  name: string;
  source: string;
}

async function load(memory: Memory, name: string, certified: boolean): Promise<Loaded> {
  if (name === 'best') {
    const { guess, source } = await bestSource(memory, { certified });
    return { name: guess === null ? name : `best guess, #${guess.pull}`, source };
  }
  const pull = Number(name.replace('#', ''));
  const experiment = experimentsNamed(memory, pull).at(-1)!;
  return { name: `#${pull}`, source: await sourceOf(memory, experiment) };
}
