import { z } from 'zod';
import type { Parsed } from '../parsed.ts';
import { parseJsonFile } from './json-file.ts';
import { type RunResult, runSchema, trackNameSchema } from './run.ts';

/**
 * Runs of main's own file, which stand in no result: those that one commit counted on one track. Written once, so that whoever has main's
 * history can make the ledger again.
 */

const baselineSchema = z.strictObject({
  schema: z.literal(1),
  track: trackNameSchema,
  /** Each once, in the order of their ids. */
  runs: z.array(runSchema).min(1),
});
type Baseline = z.infer<typeof baselineSchema>;

export const BASELINES = 'results/baselines';

/** Where it lies: by the month and the id of its first run, which no other has. */
export function baselinePath({ track, runs }: Pick<Baseline, 'track' | 'runs'>): string {
  const { at, runId } = runs[0]!;
  return `${BASELINES}/${at.slice(0, 7)}/${track}-${runId}.json`;
}

export function baselineText(track: string, runs: readonly RunResult[]): { path: string; content: string } {
  const baseline = { schema: 1 as const, track, runs: runs.toSorted((a, b) => a.runId - b.runId) };
  return { path: baselinePath(baseline), content: `${JSON.stringify(baseline, null, 2)}\n` };
}

export function parseBaseline(text: string): Parsed<Baseline> {
  return parseJsonFile(text, baselineSchema);
}
