import { z } from 'zod';
import type { Parsed } from '../../parsed.ts';
import { parseJsonFile } from '../json-file.ts';
import { sha, sha256, time } from '../primitives.ts';
import { trackNameSchema } from '../run.ts';
import { keepSchema, MOST_COPIES, MOST_SECONDS } from './request.ts';

/** `results/borrowed/<pull>.json`: what was run for a borrower, on whose machines, and what it cost. Only runs are added to it. */

const fileSchema = z.strictObject({ sha256, bytes: z.int().min(1) });

/** Where an encrypted outcome lies, and what it is known again by. */
const outcomeSchema = z.strictObject({
  repository: z.string().regex(/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$/, 'must be OWNER/REPOSITORY'),
  /** GitHub's id of the artifact. */
  id: z.int().min(1),
  archive: fileSchema,
  /** The encrypted file in it. */
  file: fileSchema,
  expiresAt: time,
});

export const borrowedRunSchema = z.strictObject({
  /** Which copy. */
  ordinal: z.int().min(1).max(MOST_COPIES),
  seed: z.int().min(0),
  runId: z.int().min(1),
  machine: z.string(),
  owner: z.string(),
  ownerId: z.int().positive(),
  at: time,
  /** Nominal: those that were ordered; where the borrower ended the run, those until then. */
  seconds: z.int().min(0).max(MOST_SECONDS),
  /** `cancelled`: its borrower ended it. */
  outcome: z.enum(['borrowed', 'crashed', 'timeout', 'out-of-memory', 'invalid', 'cancelled']),
  /** What the borrower paid, in thousandths of a credit. */
  gross: z.int().min(0),
  artifact: outcomeSchema.nullable(),
});
export type BorrowedRun = z.infer<typeof borrowedRunSchema>;

export const borrowedSchema = z.strictObject({
  schema: z.literal(1),
  pull: z.int().positive(),
  /** Whose credits paid. */
  account: z.string().regex(/^#[1-9]\d{0,15}$/, 'must be # and the number of an account'),
  /** That account's name then. */
  login: z.string(),
  track: trackNameSchema,
  /** Git blob id of the `train.py` that ran. */
  file: sha,
  keep: keepSchema,
  runs: z.array(borrowedRunSchema).max(MOST_COPIES),
});
export type Borrowed = z.infer<typeof borrowedSchema>;

export const BORROWED_FOLDER = 'results/borrowed';

export function borrowedPath(pull: number): string {
  return `${BORROWED_FOLDER}/${pull}.json`;
}

export function borrowedText(record: Borrowed): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

export function parseBorrowed(text: string): Parsed<Borrowed> {
  return parseJsonFile(text, borrowedSchema);
}
