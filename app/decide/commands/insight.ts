import type { ExperimentResult } from '../../../core/formats/result.ts';
import { clean } from '../../../core/text/harmless/github.ts';
import type { Asked } from '../../model/command.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Commit } from '../answer/decided.ts';

/** What people learned from an experiment, written into its record. */

const TEXT_LIMIT = 2000;
const MOST = 20;

type Insight = ExperimentResult['insights'][number];

/** The record insights go into: the newest of the present file, else of this pull request. Null before any verdict. */
export function resultFor({ pull, results }: Snapshot): ExperimentResult | null {
  const own = results.map((one) => one.result).filter((result) => result.pull === pull.number);
  const newest = own.toSorted((a, b) => b.decidedAt.localeCompare(a.decidedAt));
  return newest.find((result) => result.blob === pull.file?.oid) ?? newest[0] ?? null;
}

/** The record with these insights; those it has stay once, those beyond the limit are left out. */
export function withInsights(result: ExperimentResult, asked: Asked[]): ExperimentResult {
  const insights = [...result.insights];
  for (const { by: author, at, command } of asked) {
    if (command.name !== 'insight' || insights.length >= MOST) continue;
    const insight: Insight = { untrusted: true, author, at, text: clean(command.text, TEXT_LIMIT) };
    if (!insights.some((one) => same(one, insight))) insights.push(insight);
  }
  return { ...result, insights };
}

export function same(a: Insight, b: Insight): boolean {
  return a.author === b.author && a.at === b.at && a.text === b.text;
}

export function isFull(result: ExperimentResult): boolean {
  return result.insights.length >= MOST;
}

/** One commit for all; null when the record has them already. */
export function insightCommit(result: ExperimentResult, asked: Asked[]): Commit | null {
  const now = withInsights(result, asked);
  const added = now.insights.slice(result.insights.length);
  return added.length === 0 ? null : { changes: [{ kind: 'insights', result: now, added }] };
}
