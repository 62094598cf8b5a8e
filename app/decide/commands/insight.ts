import type { ExperimentRecord } from '../../../core/formats/result.ts';
import { clean, commitLine, commitQuote } from '../../../core/text/harmless/github.ts';
import type { Asked } from '../../model/command.ts';
import type { Effect } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { recordFiles } from '../results/result.ts';

/** What people learned from an experiment, written into its record. */

const TEXT_LIMIT = 2000;
const MOST = 20;

type Insight = ExperimentRecord['insights'][number];

/** The record insights go into: the newest of the present file, else of this request. Null before any verdict. */
export function recordFor({ pull, records }: Snapshot): ExperimentRecord | null {
  const own = records.map((one) => one.record).filter((record) => record.pull === pull.number);
  const newest = own.toSorted((a, b) => b.decidedAt.localeCompare(a.decidedAt));
  return newest.find((record) => record.blob === pull.file?.oid) ?? newest[0] ?? null;
}

/** The record with these insights; those it has stay once, those beyond the limit are left out. */
export function withInsights(record: ExperimentRecord, asked: Asked[]): ExperimentRecord {
  const insights = [...record.insights];
  for (const { by: author, at, command } of asked) {
    if (command.name !== 'insight' || insights.length >= MOST) continue;
    const insight: Insight = { untrusted: true, author, at, text: clean(command.text, TEXT_LIMIT) };
    if (!insights.some((one) => same(one, insight))) insights.push(insight);
  }
  return { ...record, insights };
}

export function same(a: Insight, b: Insight): boolean {
  return a.author === b.author && a.at === b.at && a.text === b.text;
}

export function isFull(record: ExperimentRecord): boolean {
  return record.insights.length >= MOST;
}

/** One commit for all; null when the record has them already. */
export function insightCommit(snapshot: Snapshot, record: ExperimentRecord, asked: Asked[]): Effect | null {
  const written = withInsights(record, asked);
  const added = written.insights.slice(record.insights.length);
  if (added.length === 0) return null;
  const title = commitLine(record.authorText.title, 60) || 'untitled';
  const trailers = [
    `Experiment: ${record.pull}-${record.blob.slice(0, 12)}`,
    ...added.map((one) => `Insight-By: ${commitLine(one.author, 40)}`),
  ];
  return {
    kind: 'record',
    base: snapshot.main.oid,
    message: {
      headline: `insight: ${title} (#${record.pull})`,
      body: [...added.map((one) => commitQuote(one.text, TEXT_LIMIT)), trailers.join('\n')].join('\n\n'),
    },
    files: recordFiles(written),
  };
}
