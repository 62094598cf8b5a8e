import { z } from 'zod';
import { bpb, sha256, time } from './primitives.ts';
import { proofsSchema } from './proofs.ts';

/** One measured run, and what a verdict can be. */

/** Names of tracks stand in names of files and in commands: letters, digits and dashes alone. */
export const trackNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits and dashes, at most 40');

export const VERDICTS = [
  'improved',
  'regressed',
  'inconclusive',
  'crashed',
  'timeout',
  'diverged',
  'invalid',
  'duplicate',
  /** On the frontier: expected to be better than its base, on little evidence. `improved` or `not-held` takes its place. */
  'adopted',
  /** Was adopted, and its chain was refuted when it was to be certified. */
  'not-held',
] as const;
export const verdictSchema = z.enum(VERDICTS);
export type Verdict = z.infer<typeof verdictSchema>;

/** How an order of a run ended without a loss, the file not being at fault, and on which machine. */
export const endSchema = z.strictObject({
  machine: z.string(),
  /** GitHub's number of its owner, where the machine is lent. */
  ownerId: z.int().optional(),
  /** `failed`: no report that counts came back, whatever ended it. `untaken`: it never began. */
  how: z.enum(['preempted', 'disturbed', 'vanished', 'failed', 'untaken']),
});
export type End = z.infer<typeof endSchema>;

/** One measured run. Owner and machine are GitHub's own account of the job, not the report's. */
export const runSchema = z.strictObject({
  stage: z.enum(['baseline', 'explore', 'confirm', 'audit', 'rescore']),
  ordinal: z.int().min(1),
  seed: z.int().min(0),
  owner: z.string(),
  /** GitHub's number of the owner, where the machine is lent: a login may change hands. */
  ownerId: z.int().optional(),
  machine: z.string(),
  runId: z.int(),
  at: time,
  outcome: z.enum(['scored', 'crashed', 'timeout', 'out-of-memory', 'diverged', 'invalid']),
  valBpb: bpb.nullable(),
  heldoutBpb: bpb.nullable(),
  trainSeconds: z.number().min(0),
  totalSeconds: z.number().min(0),
  device: z.string(),
  /** The most that the device may draw, where the machine says it. */
  powerWatts: z.int().optional(),
  torch: z.string().nullable(),
  /** Missing in old results, and where the run ended before it was known. */
  python: z.string().max(50).optional(),
  numpy: z.string().max(50).optional(),
  /** How its claims were probed, and what was added to its loss for what they claimed too much, bits per byte. Not in old records. */
  probes: z
    .strictObject({
      count: z.int().min(0),
      guided: z.boolean(),
      penaltyBpb: z.number().min(0),
      heldoutPenaltyBpb: z.number().min(0).optional(),
    })
    .optional(),
  /** Digest of the data set it was measured on. Not in old records. */
  data: sha256.optional(),
  /** Digest of the weights that were scored. Not in old records. */
  weights: sha256.optional(),
  /** Where something lies by which the run could be checked, as its machine's owner says. Decides nothing. */
  evidence: proofsSchema.optional(),
  /** Machines that failed it before, by no fault of the file. */
  failedOn: z.array(z.string()).optional(),
  /** How earlier orders of it ended without a loss. */
  ends: z.array(endSchema).optional(),
  /** Why it does not count: its machine was found to be an outlier. It is kept, and decides nothing. */
  discounted: z.string().optional(),
});
export type RunResult = z.infer<typeof runSchema>;

/** How many of the incumbent's runs, and of other files, the leaderboard keeps. */
export const RUNS_KEPT = 16;

/** How many of the incumbent's runs the leaderboard knows to be counted, by the ids of their workflow runs. */
export const COUNTED_KEPT = 100;

/** The words for a run that was not scored and whose report gives no reason. */
export const UNSAID = {
  exception: 'the run crashed',
  'out-of-memory': 'the run needed more memory than the track allows',
  'over-budget': 'the weights were not closed within the budget',
  diverged: 'the loss of the model is not finite',
  'refused-by-referee': 'the referee refused what the model answered',
} as const;
