import { z } from 'zod';
import { VERDICTS } from '../../core/formats/run.ts';
import { inertLine } from '../../core/text/harmless/terminal.ts';
import { type Experiment, experimentSchema } from '../../memory/experiment.ts';
import { history as query } from '../../memory/history.ts';
import { outcome } from '../../memory/near-miss.ts';
import { noted, theirs } from '../untrusted.ts';
import { verb } from '../verb.ts';

const DATE = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/;

export const history = verb({
  name: 'history',
  summary: 'list experiments, the newest first',
  examples: [
    'history --verdict inconclusive',
    'history --verdict adopted   # guesses on the frontier, not certified yet',
    'history --touches TOTAL_BATCH_SIZE --since 2026-11-01',
    'history --author nova --json',
  ],
  input: z.strictObject({
    verdict: z.enum(VERDICTS).optional(),
    author: z.string().optional().describe("a GitHub login, or an agent's code name"),
    track: z.string().optional(),
    since: z
      .string()
      .regex(DATE, 'must be a date such as 2026-11-01')
      .optional()
      .describe('a date, e.g. 2026-11-01'),
    touches: z.string().min(1).optional().describe('a Python name in what changed'),
    limit: z.int().min(1).max(1000).default(20),
  }),
  positional: [],
  output: z.strictObject({ total: z.int(), experiments: z.array(experimentSchema) }),
  async run({ memory: open }, filter) {
    using memory = await open();
    return query(memory.store, filter);
  },
  render({ total, experiments }) {
    if (total === 0) return 'No experiment matches.\n';
    const more =
      total > experiments.length ? [`${total - experiments.length} more; see them with --limit`] : [];
    return noted([...experiments.map(line), ...more]);
  },
});

/** One experiment on one line. */
export function line(one: Experiment): string {
  const who =
    one.agent === null
      ? inertLine(one.author, 40)
      : `${theirs(one.agent, 40)} (${inertLine(one.author, 40)})`;
  return `#${one.pull} ${one.decidedAt.slice(0, 10)} ${one.track} ${outcome(one)}, ${who}: ${theirs(one.title, 70)}`;
}
