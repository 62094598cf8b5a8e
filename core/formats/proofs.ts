import { z } from 'zod';
import { sha256 } from './primitives.ts';

/**
 * What an owner may say of a run beside its numbers: where something lies by which it could be checked without a repeat. It decides
 * nothing. No verifier is named anywhere yet (docs/economics.md says what one could do with it).
 */

/** An address and no sentence: an owner's words have no place in results. */
const where = z
  .string()
  .max(200)
  .regex(
    /^https:\/\/[a-z0-9.-]+(\/[A-Za-z0-9._~-]+)+$/,
    'must be an https address of a file, without port, query or fragment',
  );

export const proofsSchema = z
  .array(
    z.strictObject({
      /** A proof of a zero-knowledge virtual machine, an attestation of the hardware, a commitment as TOPLOC makes them. */
      kind: z.enum(['zkvm', 'tee', 'toploc']),
      digest: sha256,
      where,
    }),
  )
  .min(1)
  .max(4);
