import type { DatabaseSync } from 'node:sqlite';
import type { ExperimentRecord, ParsedResult } from '../core/formats/result.ts';
import { diffText } from './diff-words.ts';

/** Puts record files into the index and takes them out; one writer serves a whole update. */
export type Rows = ReturnType<typeof rowsOf>;

export function rowsOf(store: DatabaseSync) {
  const experiment = store.prepare(
    `INSERT INTO experiments (path, oid, pull, author, agent, blob, track, verdict, code, reason, exception, valBpb, incumbentPull,
       incumbentBlob, incumbentBpb, runs, decidedAt, title, hypothesis, change, expect, insights)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const words = store.prepare(
    'INSERT INTO words (rowid, title, hypothesis, change, insights, reason, diff) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const parent = store.prepare('INSERT OR IGNORE INTO parents VALUES (?, ?)');
  const skip = store.prepare('INSERT INTO skipped VALUES (?, ?, ?, ?)');
  const find = store.prepare('SELECT id FROM experiments WHERE path = ?');
  const removals = ['words WHERE rowid', 'parents WHERE child', 'experiments WHERE id'].map((where) =>
    store.prepare(`DELETE FROM ${where} = ?`),
  );
  const unskip = store.prepare('DELETE FROM skipped WHERE path = ?');

  return {
    remove(path: string): void {
      const row = find.get(path);
      if (row !== undefined) for (const removal of removals) removal.run(row.id as number);
      else unskip.run(path);
    },
    add(path: string, oid: string, parsed: ParsedResult): void {
      if (parsed.kind !== 'record') {
        skip.run(path, oid, parsed.kind, parsed.problem);
        return;
      }
      const record = parsed.record;
      const id = experiment.run(...columns(path, oid, record)).lastInsertRowid;
      words.run(id, ...texts(record));
      for (const pull of record.authorText.buildsOn) parent.run(id, pull);
    },
  };
}

function columns(path: string, oid: string, record: ExperimentRecord) {
  const { authorText: text, incumbent } = record;
  return [
    ...[path, oid, record.pull, record.author, text.agent, record.blob, record.track, record.verdict],
    ...[
      record.reason.code,
      record.reason.text,
      record.verdict === 'crashed' ? lastLine(text.log) : null,
      record.valBpb,
    ],
    ...[incumbent?.pull ?? null, incumbent?.blob ?? null, incumbent?.valBpb ?? null],
    ...[record.runs.length, record.decidedAt, text.title, text.hypothesis, text.change, text.expect],
    record.insights.length,
  ];
}

/** Of a traceback the line that names the error. */
function lastLine(log: string | null): string | null {
  const line = log?.trimEnd().split('\n').at(-1)?.trim();
  return line ? line.slice(0, 300) : null;
}

function texts(record: ExperimentRecord): string[] {
  const { title, hypothesis, change } = record.authorText;
  const insights = record.insights.map((insight) => insight.text).join('\n');
  return [
    title,
    hypothesis,
    change ?? '',
    insights,
    `${record.reason.text} ${record.authorText.log ?? ''}`,
    diffText(record.diff),
  ];
}
