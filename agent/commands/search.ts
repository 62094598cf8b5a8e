import { z } from 'zod';
import { inertLine } from '../inert.ts';
import { search as query } from '../memory/search.ts';
import { verb } from '../verb.ts';
import { line } from './history.ts';

export const search = verb({
  name: 'search',
  summary: 'ranked full-text search of hypotheses, changes, insights, reasons and diffs; near misses first',
  examples: ['descent search smaller batch', 'descent search rotary base --limit 5 --json'],
  input: z.strictObject({
    words: z.array(z.string()).min(1).describe('what to look for'),
    limit: z.int().min(1).max(200).default(10),
  }),
  positional: ['words'],
  async run({ memory: open }, { words, limit }) {
    using memory = await open();
    return { words: words.join(' '), hits: query(memory.store, words.join(' '), limit) };
  },
  render({ words, hits }) {
    if (hits.length === 0)
      return `Nothing is recorded about ${inertLine(words)}: nobody tried it, or under other words.\n`;
    return `${hits.map((hit) => `${line(hit)}\n    ${inertLine(hit.hypothesis, 160)}`).join('\n')}\n`;
  },
});
