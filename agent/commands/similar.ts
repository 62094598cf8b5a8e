import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { z } from 'zod';
import { TRAIN_PATH } from '../../app/decide/eligibility.ts';
import { Failure, messageOf } from '../failure.ts';
import { inertLine } from '../inert.ts';
import type { Memory } from '../memory/memory.ts';
import { outcome } from '../memory/near-miss.ts';
import { findSimilar, type Similar } from '../memory/similar.ts';
import { verb } from '../verb.ts';
import { incumbentSource } from './best.ts';

/** More than these make a list that nobody reads. */
export const SHOWN = 5;

export const similar = verb({
  name: 'similar',
  summary: 'experiments whose change, or whose hypothesis, is much like this one; the bot asks the same',
  examples: ['descent similar --file train/train.py --hypothesis "Halving the batch doubles the steps."'],
  input: z.strictObject({
    file: z.string().describe('the train.py in question'),
    hypothesis: z.string().optional().describe('why the loss should go down'),
    track: z.string().optional().describe('the primary track otherwise'),
  }),
  positional: [],
  async run({ memory: open, context }, { file, hypothesis, track }) {
    using memory = await open();
    const diff = await diffAgainstBest(memory, track ?? null, await readText(resolve(context.cwd, file)));
    const found = diff === '' ? [] : await findSimilar(memory, { diff, hypothesis: hypothesis ?? '' });
    return { similar: found.slice(0, SHOWN) };
  },
  render: ({ similar: found }) =>
    found.length === 0 ? 'Nothing like it is on record.\n' : `${found.map(warning).join('\n')}\n`,
});

/** What a file changes of the best one of its track; empty for nothing. */
export async function diffAgainstBest(memory: Memory, track: string | null, text: string): Promise<string> {
  const known = track !== null && track in memory.leaderboard.tracks ? track : undefined;
  const { source } = await incumbentSource(memory, known);
  return source === text ? '' : createTwoFilesPatch(TRAIN_PATH, TRAIN_PATH, source, text);
}

/** e.g. `diff 80 % alike: #57 crashed (exception): ...`. */
export function warning({ experiment, diff, hypothesis }: Similar): string {
  const part = diff >= hypothesis ? `diff ${percent(diff)}` : `hypothesis ${percent(hypothesis)}`;
  const failed = ['crashed', 'timeout', 'invalid'].includes(experiment.verdict);
  const why = failed ? `; it failed: ${inertLine(experiment.reason, 120)}` : '';
  return `${part} alike: #${experiment.pull} ${outcome(experiment)}: ${inertLine(experiment.title, 70)}${why}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new Failure(`could not read ${path}: ${messageOf(cause)}`, 'Name a readable file with --file.', {
      cause,
    });
  }
}
