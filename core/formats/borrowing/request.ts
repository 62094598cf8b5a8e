import { z } from 'zod';
import { sha256 } from '../primitives.ts';
import { trackNameSchema } from '../run.ts';
import { recipientSchema } from './recipient.ts';

/** What a borrower asks for: `borrow:` in the description of a pull request that is no experiment. */

export const MOST_COPIES = 32;
/** A job ends within three hours, whatever it does (.github/workflows/experiment.yml). */
export const MOST_SECONDS = 7200;

export const keepSchema = z.enum(['weights', 'outputs'], 'must be `weights` or `outputs`');

/** Hosts of GitHub's: what is fetched from elsewhere could be anything tomorrow, and tells a stranger's server who lends. */
const FROM = /^https:\/\/(?:github\.com|raw\.githubusercontent\.com)\/[A-Za-z0-9._~/%-]{1,300}$/;

/** One file of the borrower's, which `train.py` finds beside itself under the name `input`. */
export const inputSchema = z.strictObject({
  url: z
    .string()
    .regex(FROM, 'must be https://github.com/... or https://raw.githubusercontent.com/..., without a query'),
  sha256,
});

export const borrowSchema = z.strictObject(
  {
    /** Of training, for each copy. */
    seconds: z.int().min(1).max(MOST_SECONDS),
    /** Runs, each with a seed of its own, on as many machines as are free. */
    copies: z.int().min(1).max(MOST_COPIES, `must be ${MOST_COPIES} at most`).default(1),
    keep: keepSchema.default('weights'),
    to: recipientSchema,
    /** A data set that a track uses; the run's own track's where it is left out. */
    data: trackNameSchema.optional(),
    input: inputSchema.optional(),
  },
  'must have the keys `seconds` and `to`',
);

/** What one job is told of it. */
export const borrowedJobSchema = borrowSchema.pick({ keep: true, to: true, input: true });

export interface BorrowRequest extends z.infer<typeof borrowSchema> {
  /** Null for the primary track. */
  track: string | null;
}
