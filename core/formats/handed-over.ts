import { z } from 'zod';

/**
 * What a run hands over beside its report: one artifact with the closed weights and the claims that its losses are the sums of,
 * those of validation text first, then of the held-out rows in the order in which they were drawn.
 */

export const SCORED_ARTIFACT = 'scored';
export const WEIGHTS_FILE = 'weights.bin';
export const CLAIMS_FILE = 'claims.bin';

const fileSchema = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256 in hex'),
  bytes: z.int().min(1),
});

/** Everything a machine needs to fetch it and to know it again. */
export const handedOverSchema = z.strictObject({
  /** Full name of the repository with that run; the job's own where it is left out. */
  repository: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$/, 'must be OWNER/REPOSITORY')
    .optional(),
  /** The workflow run that measured. */
  runId: z.int().min(1),
  /** GitHub's id of the artifact. */
  artifact: z.int().min(1),
  archive: fileSchema,
  weights: fileSchema,
  claims: fileSchema,
  /** The nonce of that run, from which its held-out rows were drawn; left out where it scored none. */
  heldout: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits')
    .optional(),
});
export type HandedOver = z.infer<typeof handedOverSchema>;
