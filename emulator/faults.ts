import { z } from 'zod';

/** Faults, switched on by `PUT /_emulator/faults`. A count means "every Nth"; 0 means never. */

const every = z.union([z.boolean().transform(Number), z.int().min(0)]).default(0);
const milliseconds = z.number().min(0).max(60_000).default(0);

export const faultsSchema = z.strictObject({
  /** Every Nth webhook is never sent; true: none is. */
  dropWebhooks: every,
  /** Each webhook is sent twice under one GUID. */
  doubleWebhooks: z.boolean().default(false),
  delayWebhooksMs: milliseconds,
  /** Webhooks are held a moment and sent last first. */
  reorderWebhooks: z.boolean().default(false),
  /** Every Nth API request is answered 502 and does nothing. */
  serverErrorEvery: every,
  /** Every Nth API request is done, but its answer is lost: 502. */
  lostAnswerEvery: every,
  /** So many updates of a ref (true: one) are refused with 422 although they were right. */
  spurious422: every,
  /** So many just-in-time configurations (true: one) are made, but the answers are lost: 502. */
  lostMints: every,
  /** So many are refused with 409, as if another runner had the name. */
  takenNames: every,
  /** So many are made and answered, and their registrations are gone before a runner connects. */
  goneRegistrations: every,
  /** Every Nth API request meets a secondary rate limit: 403 with `retry-after: 1`. */
  secondaryLimitEvery: every,
  /** Each API request takes this much longer. */
  slowMs: milliseconds,
});
export type Faults = z.infer<typeof faultsSchema>;

/** Those that strike a number of times and are over. */
export type Countdown = 'spurious422' | 'lostMints' | 'takenNames' | 'goneRegistrations';

export const NO_FAULTS: Faults = faultsSchema.parse({});

/** Whether the fault strikes this request: counts from 1. */
export function strikes(every: number, count: number): boolean {
  return every > 0 && count % every === 0;
}
