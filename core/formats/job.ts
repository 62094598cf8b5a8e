import { z } from 'zod';
import { borrowedJobSchema } from './borrowing/request.ts';
import { handedOverSchema } from './handed-over.ts';
import { hardwareSchema } from './hardware.ts';

/** The order to measure one `train.py` once. Written by the app, carried by the workflow's `job` input, obeyed by the runner. */

const sha = z.string().regex(/^[0-9a-f]{40}$/, 'must be a full git object id (40 hex digits)');
const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits and dashes, at most 40');

/** A minor version of Python. Written in quotes: YAML takes 3.10 for 3.1. */
export const pythonSchema = z
  .string()
  .regex(/^3\.(1[1-9]|[2-9]\d)$/, "must be a minor version in quotes, e.g. '3.11'; 3.11 is the oldest");

export const jobSchema = z.strictObject({
  schema: z.literal(1),
  /** 128 random bits in hex; ties check run, workflow run and report together. */
  nonce: z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits'),
  repository: z.string().regex(/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$/, 'must be owner/name'),
  /** The pull request; null when the incumbent itself is measured. */
  pull: z.int().positive().nullable(),
  /** The commit that carries the blob and the check run. */
  head: sha,
  /** Git blob id of the `train.py` to measure. */
  blob: sha,
  /** Git blob id of the track's incumbent: whose reference claims guide the probes. Null while the track has none. */
  incumbent: sha.nullable(),
  stage: z.enum(['baseline', 'explore', 'confirm', 'audit', 'rescore', 'borrow']),
  /** 1 for the first run of the stage. */
  ordinal: z.int().min(1).max(1000),
  /** Drawn by the referee, unpredictable to the author. */
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  track: name,
  dataset: name,
  device: z.enum(['cuda', 'mps', 'cpu']),
  /** From process start to weights closed; imports and compilation included. */
  budgetSeconds: z.number().min(1).max(86_400),
  /** Limit on each scoring pass, model loading included. */
  scoringSeconds: z.number().min(1).max(86_400),
  /** Targets scored, rounded down to whole rows of the data set. */
  validationTokens: z.int().min(1),
  /** Questions of the second pass; 0 leaves the pass out. */
  probes: z.int().min(0).max(100_000),
  /** CPU threads of PyTorch, so that two jobs on one machine compare. Null: as many as the machine has. */
  threads: z.int().min(1).max(1024).nullable(),
  memoryMiB: z.int().min(256),
  /** Largest file of weights. */
  weightsMiB: z.int().min(1).max(4096).default(1024),
  /**
   * A model may always take so long from its start to its first answer; more only when the incumbent on the same machine takes
   * more than a third of it. Training ends so much before the budget does, but at most a sixth of it.
   */
  loadSeconds: z.number().min(1).max(3600).default(10),
  /** The Python that must measure; any when it is left out. */
  python: pythonSchema.optional(),
  /** The machine that may measure; any when it is left out. */
  hardware: hardwareSchema.optional(),
  /** Weights and claims of a scored run are handed over beside the report, so that another machine can score them once more. */
  handOver: z.literal(true).optional(),
  /** On a machine in a repository of its owner: the commit of the swarm's main whose harness measures. Else the run's own commit. */
  harness: sha.optional(),
  /** Stage `rescore`: what another machine handed over, scored here instead of training. */
  rescore: handedOverSchema.optional(),
  /** Stage `borrow`: whose key the outcome is encrypted to. Nothing is scored. */
  borrow: borrowedJobSchema.optional(),
});

/** Of the budget, what loading does not take: when training ends. */
export function trainingSeconds({
  budgetSeconds,
  loadSeconds,
}: Pick<Job, 'budgetSeconds' | 'loadSeconds'>): number {
  return budgetSeconds - Math.min(loadSeconds, budgetSeconds / 6);
}

/** What the held-out rows of a run are drawn from; undefined: it is scored on validation text alone. */
export function heldoutNonce({
  stage,
  nonce,
  rescore,
}: Pick<Job, 'stage' | 'nonce' | 'rescore'>): string | undefined {
  if (rescore) return rescore.heldout;
  return stage === 'confirm' || stage === 'baseline' ? nonce : undefined;
}

export type Job = z.infer<typeof jobSchema>;
