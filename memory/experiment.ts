import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import { verdictSchema } from '../core/formats/run.ts';

/** One experiment as the index knows it: enough to list it; the record itself is one `git cat-file` away. */
export const experimentSchema = z.strictObject({
  id: z.int(),
  oid: z.string(),
  path: z.string(),
  pull: z.int(),
  author: z.string(),
  agent: z.string().nullable(),
  blob: z.string(),
  track: z.string(),
  verdict: verdictSchema,
  code: z.string(),
  reason: z.string(),
  /** The last line that a crashed file printed; null where there is none. A stranger's. */
  exception: z.string().nullable(),
  valBpb: z.number().nullable(),
  incumbentPull: z.int().nullable(),
  incumbentBlob: z.string().nullable(),
  incumbentBpb: z.number().nullable(),
  /** What it was changed from, by estimate on a track with a frontier; the record on others. */
  basePull: z.int().nullable(),
  baseBlob: z.string().nullable(),
  baseBpb: z.number().nullable(),
  /** valBpb minus its base's: below zero is better. */
  delta: z.number().nullable(),
  runs: z.int(),
  /** The largest gain that the runs could still hide, bits per byte; null where one run decided against a margin, or nothing was compared. */
  couldHide: z.number().nullable(),
  /** Mean losses over its fresh runs, where some were scored on both texts; over its exploring ones otherwise. */
  freshBpb: z.number().nullable(),
  freshHeldoutBpb: z.number().nullable(),
  decidedAt: z.string(),
  title: z.string(),
  hypothesis: z.string(),
  change: z.string().nullable(),
  expect: z.number().nullable(),
  insights: z.int(),
});
export type Experiment = z.infer<typeof experimentSchema>;

/** Rows of `experiments`, by what follows FROM: `WHERE pull = ?`, say. */
export function select(store: DatabaseSync, rest: string, ...values: SQLInputValue[]): Experiment[] {
  const rows = store.prepare(`SELECT experiments.* FROM experiments ${rest}`).all(...values);
  return rows.map((row) => withDelta({ ...row } as unknown as Omit<Experiment, 'delta'>));
}

/** An experiment as events tell it: enough for a line of a list. */
export const verdictRowSchema = experimentSchema.pick({
  path: true,
  pull: true,
  author: true,
  agent: true,
  track: true,
  verdict: true,
  code: true,
  valBpb: true,
  baseBpb: true,
  delta: true,
  title: true,
  decidedAt: true,
});
export type VerdictRow = z.infer<typeof verdictRowSchema>;

/** Rows of `verdicts`, by what follows FROM. The memory was opened with `verdictsOnly`. */
export function selectVerdicts(store: DatabaseSync, rest: string, ...values: SQLInputValue[]): VerdictRow[] {
  const rows = store.prepare(`SELECT * FROM verdicts ${rest}`).all(...values);
  return rows.map((row) => withDelta({ ...row } as unknown as Omit<VerdictRow, 'delta'>));
}

function withDelta<T extends Pick<Experiment, 'valBpb' | 'baseBpb'>>(row: T): T & { delta: number | null } {
  const { valBpb, baseBpb } = row;
  const delta = valBpb === null || baseBpb === null ? null : round(valBpb - baseBpb);
  return { ...row, delta };
}

/** Ten digits: subtraction leaves noise far below what was measured. */
function round(value: number): number {
  return Number(value.toFixed(10));
}
