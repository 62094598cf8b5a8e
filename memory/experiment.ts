import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Verdict } from '../core/formats/run.ts';

/** One experiment as the index knows it: enough to list it; the record itself is one `git cat-file` away. */
export interface Experiment {
  id: number;
  oid: string;
  path: string;
  pull: number;
  author: string;
  agent: string | null;
  blob: string;
  track: string;
  verdict: Verdict;
  code: string;
  reason: string;
  /** The last line that a crashed file printed; null where there is none. A stranger's. */
  exception: string | null;
  valBpb: number | null;
  incumbentPull: number | null;
  incumbentBlob: string | null;
  incumbentBpb: number | null;
  /** valBpb minus the incumbent's: below zero is better. */
  delta: number | null;
  runs: number;
  /** Mean losses over its fresh runs, where some were scored on both texts; over its exploring ones otherwise. */
  freshBpb: number | null;
  freshHeldoutBpb: number | null;
  decidedAt: string;
  title: string;
  hypothesis: string;
  change: string | null;
  expect: number | null;
  insights: number;
}

/** Rows of `experiments`, by what follows FROM: `WHERE pull = ?`, say. */
export function select(store: DatabaseSync, rest: string, ...values: SQLInputValue[]): Experiment[] {
  const rows = store.prepare(`SELECT experiments.* FROM experiments ${rest}`).all(...values);
  return rows.map((row) => withDelta({ ...row } as unknown as Omit<Experiment, 'delta'>));
}

function withDelta(row: Omit<Experiment, 'delta'>): Experiment {
  const { valBpb, incumbentBpb } = row;
  const delta = valBpb === null || incumbentBpb === null ? null : round(valBpb - incumbentBpb);
  return { ...row, delta };
}

/** Ten digits: subtraction leaves noise far below what was measured. */
function round(value: number): number {
  return Number(value.toFixed(10));
}
