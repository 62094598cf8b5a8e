import type { DatabaseSync } from 'node:sqlite';
import type { ExperimentResult, ParsedResult } from '../../core/formats/result.ts';
import { freshLosses } from '../../core/rules/worn/judged-files.ts';
import { diffText } from './diff-words.ts';

/** Puts result files into the index and removes them. One writer serves a whole update. */
export type Rows = ReturnType<typeof rowsOf>;

export function rowsOf(store: DatabaseSync) {
  const experiment = store.prepare(
    `INSERT INTO experiments (path, oid, pull, author, agent, blob, track, verdict, code, reason, exception, valBpb, incumbentPull,
       incumbentBlob, incumbentBpb, basePull, baseBlob, baseBpb, runs, couldHide, freshBpb, freshHeldoutBpb, decidedAt, title, hypothesis, change, expect, insights)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      const result = parsed.result;
      const id = experiment.run(...columns(path, oid, result)).lastInsertRowid;
      words.run(id, ...texts(result));
      for (const pull of [...result.authorText.buildsOn, ...linkBefore(result)]) parent.run(id, pull);
    },
  };
}

/** What an adopted file was changed from, where that was adopted, too: a link of a chain stands on the one before it. */
function linkBefore({ verdict, base, incumbent }: ExperimentResult): number[] {
  if (!base?.pull || base.blob === incumbent?.blob) return [];
  return ['adopted', 'not-held', 'improved'].includes(verdict) ? [base.pull] : [];
}

function columns(path: string, oid: string, result: ExperimentResult) {
  const { authorText: text, incumbent } = result;
  const fresh = freshLosses(result);
  // Without a frontier the record is what a file is changed from.
  const base = result.base ?? incumbent;
  return [
    ...[path, oid, result.pull, result.author, text.agent, result.blob, result.track, result.verdict],
    ...[
      result.reason.code,
      result.reason.text,
      result.verdict === 'crashed' ? lastLine(text.log) : null,
      result.valBpb,
    ],
    ...[incumbent?.pull ?? null, incumbent?.blob ?? null, incumbent?.valBpb ?? null],
    ...[base?.pull ?? null, base?.blob ?? null, base?.valBpb ?? null],
    ...[
      result.runs.length,
      result.evidence?.couldHide ?? null,
      fresh?.valBpb ?? null,
      fresh?.heldoutBpb ?? null,
      result.decidedAt,
    ],
    ...[text.title, text.hypothesis, text.change, text.expect],
    result.insights.length,
  ];
}

/** The line of a traceback that names the error. */
function lastLine(log: string | null): string | null {
  const line = log?.trim().split('\n').at(-1)?.trim();
  return line ? line.slice(0, 300) : null;
}

function texts(result: ExperimentResult): string[] {
  const { title, hypothesis, change } = result.authorText;
  const insights = result.insights.map((insight) => insight.text).join('\n');
  return [
    title,
    hypothesis,
    change ?? '',
    insights,
    `${result.reason.text} ${result.authorText.log ?? ''}`,
    diffText(result.diff),
  ];
}
