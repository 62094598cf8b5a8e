import { z } from 'zod';

/** What a run hands over beside its report: one artifact with the closed weights and the claims that its loss is the sum of. */

export const SCORED_ARTIFACT = 'scored';
export const WEIGHTS_FILE = 'weights.bin';
export const CLAIMS_FILE = 'claims.bin';

const fileSchema = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256 in hex'),
  bytes: z.int().min(1),
});

/** Everything a machine needs to fetch it and to know it again. */
export const handedOverSchema = z.strictObject({
  /** The workflow run that measured. */
  runId: z.int().min(1),
  /** GitHub's id of the artifact. */
  artifact: z.int().min(1),
  archive: fileSchema,
  weights: fileSchema,
  claims: fileSchema,
});
export type HandedOver = z.infer<typeof handedOverSchema>;
