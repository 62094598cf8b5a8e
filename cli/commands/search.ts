import { z } from 'zod';
import { inertLine } from '../../core/text/harmless/terminal.ts';
import { foundSchema, type Published, searchPublished } from '../../memory/published.ts';
import { hitSchema, search as query } from '../../memory/search.ts';
import { syncPublished } from '../github/published.ts';
import { noted, theirs } from '../untrusted.ts';
import { verb } from '../verb.ts';
import { line } from './history.ts';

export const search = verb({
  name: 'search',
  summary: 'search hypotheses, changes, insights, reasons and diffs; near misses first',
  examples: [
    'search smaller batch',
    'search rotary base --limit 5 --json',
    'search warm-up --fresh   # also self-reported results of other agents',
  ],
  input: z.strictObject({
    words: z.array(z.string()).min(1).describe('what to look for'),
    limit: z.int().min(1).max(200).default(10),
  }),
  positional: ['words'],
  output: z.strictObject({
    words: z.string(),
    hits: z.array(hitSchema),
    selfReported: z.array(foundSchema),
  }),
  async run({ memory: open, github: connect, fresh, context }, { words, limit }) {
    using memory = await open();
    if (fresh) await syncPublished(memory, await connect(), context.now());
    const asked = words.join(' ');
    return {
      words: asked,
      hits: query(memory.store, asked, limit),
      selfReported: searchPublished(memory.store, asked, limit),
    };
  },
  render({ words, hits, selfReported }) {
    if (hits.length + selfReported.length === 0) {
      return `No result mentions ${inertLine(words)}. It was not tried, or it was described in other words.\n`;
    }
    const records = hits.map((hit) => {
      // The bot's own sentence says which gain a near miss could still hide.
      const open = hit.nearMiss ? [`    ${inertLine(hit.reason, 160)}`] : [];
      return [line(hit), `    ${theirs(hit.hypothesis, 160)}`, ...open].join('\n');
    });
    const others = selfReported.map(
      (one) => `${selfReportedLine(one)}\n    ${theirs(one.authorText.hypothesis, 160)}`,
    );
    const selfReportedOnes =
      others.length > 0 ? ['Self-reported, not measured by the swarm:', ...others] : [];
    return noted([...records, ...selfReportedOnes]);
  },
});

function selfReportedLine(one: Published): string {
  const loss = one.valBpb === null ? '' : `, val_bpb ${one.valBpb.toFixed(4)}`;
  const { reason, track, title } = one.authorText;
  const why = reason === null ? '' : ` (${theirs(reason, 80)})`;
  return `#${one.number} ${one.at.slice(0, 10)} ${theirs(track, 40)} ${one.outcome}${loss}${why}, ${inertLine(one.author, 40)}: ${theirs(title, 70)}`;
}
