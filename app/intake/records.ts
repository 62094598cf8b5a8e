import { type ExperimentRecord, recordPath, recordSchema } from '../../results/schema.ts';
import type { Port, PullReading } from '../github/port.ts';
import type { RecordName } from '../model/snapshot.ts';
import { parseStrictJson } from './strict-json.ts';

/** Names of records by the tree that lists them: a tree never changes, so neither does its list. */
export type RecordCache = Map<string, RecordName[]>;

function namesOf(files: string[]): RecordName[] {
  return files.flatMap((file) => {
    const match = /^(\d+)-([0-9a-f]{12})(?:\.json|-([0-9a-f]{32}))$/.exec(file);
    return match ? [{ pull: Number(match[1]), blob: match[2]!, content: match[3] ?? null }] : [];
  });
}

/** All records by name. The folder at hand came with the snapshot; others are read once and remembered. */
export async function recordNames(
  port: Port,
  reading: PullReading,
  cache: RecordCache,
): Promise<RecordName[]> {
  const here = String(Math.floor(reading.pull.number / 1000));
  const names = namesOf(reading.here);
  for (const folder of reading.folders) {
    if (folder.name === here || !/^\d+$/.test(folder.name)) continue;
    const known = cache.get(folder.oid) ?? namesOf(await port.listTree(folder.oid));
    cache.set(folder.oid, known);
    names.push(...known);
  }
  return names;
}

/**
 * The record of a file: of its very blob, or of one that differs in comments and formatting alone; this request's own, else the
 * oldest. Null when there is none that can be read.
 */
export async function findRecord(
  port: Port,
  names: RecordName[],
  at: { commit: string; pull: number; blob: string; content: string | null },
): Promise<ExperimentRecord | null> {
  const matches = names
    .filter((name) => at.blob.startsWith(name.blob) || (at.content !== null && name.content === at.content))
    .map(({ pull, blob }) => ({ path: recordPath(pull, blob), pull, exact: at.blob.startsWith(blob) }))
    .sort(
      (a, b) =>
        Number(b.pull === at.pull) - Number(a.pull === at.pull) ||
        Number(b.exact) - Number(a.exact) ||
        a.pull - b.pull,
    );
  for (const path of new Set(matches.map((match) => match.path))) {
    const text = await port.readFile(path, at.commit);
    const record = text === null ? null : readRecord(text);
    const own = record?.pull === at.pull && record.blob === at.blob;
    if (record && (own || answersFor(record, at))) return record;
  }
  return null;
}

/** What was withdrawn before its verdict, or is to be measured again, answers nothing for others. */
function answersFor(record: ExperimentRecord, at: { blob: string; content: string | null }): boolean {
  const same = record.blob === at.blob || (at.content !== null && record.content === at.content);
  return same && !UNANSWERED.has(record.reason.code);
}
const UNANSWERED = new Set(['withdrawn', 'reconsidered']);

function readRecord(text: string): ExperimentRecord | null {
  try {
    return recordSchema.safeParse(parseStrictJson(text)).data ?? null;
  } catch {
    return null; // a record that cannot be read answers nothing; the experiment is measured again
  }
}
