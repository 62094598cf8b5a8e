import { z } from 'zod';
import { jobSchema } from './job.ts';
import { proofsSchema } from './proofs.ts';
import { reasonSchema } from './reason.ts';
import { seenSchema } from './seen.ts';

/** What one measured run answers. Written by the runner, uploaded as `report.json`, believed by the app only after checks. */

export const REPORT_LIMIT_BYTES = 256 * 1024;
export const CURVE_LIMIT = 200;
/** Characters of a log: a traceback and some lines before it. */
export const LOG_LIMIT = 4096;

const seconds = z.number().min(0).max(1e6);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256 in hex');
const bpb = z.number().min(0).max(100);

/** Sentences of earlier runners are an owner's free text: they are read as no reason at all. */
export const reasonField = z.preprocess(
  (given) => (typeof given === 'string' ? null : given),
  reasonSchema.nullable(),
);

export const reportSchema = z.strictObject({
  schema: z.literal(1),
  /** The job this answers, word for word. */
  job: jobSchema,
  /** `preempted`: the machine's owner took it back. `disturbed`: others used its device, or it was slowed. Neither has a loss. */
  outcome: z.enum([
    'scored',
    'crashed',
    'timeout',
    'out-of-memory',
    'diverged',
    'invalid',
    'preempted',
    'disturbed',
    /** Trained for a borrower, who gets what came of it: nothing was scored. */
    'borrowed',
  ]),
  /** Why the referee did not score it, else null. */
  reason: reasonField,
  /** Validation loss, bits per byte, computed by the referee; null unless scored. */
  valBpb: bpb.nullable(),
  /** The same on the held-out part, where a true gain shows, too; null when not asked for or not scored. */
  heldoutBpb: bpb.nullable(),
  /** What the second pass saw; null when it was left out. */
  probes: z
    .strictObject({
      /** Probes of validation text, and of held-out text where it was scored. */
      count: z.int().min(0),
      heldout: z.int().min(0).default(0),
      /** Whether a quarter of `count` was drawn by the gain over the incumbent's claims; false: this machine never measured it. */
      guided: z.boolean(),
      /** Largest |claimed - recomputed| of one probe, nats. */
      worstNats: z.number(),
      /** Mean of claimed - recomputed over the uniform probes, nats; positive means the claims were too good. */
      meanExcessNats: z.number(),
      /** Added to valBpb: what the uniform probes leave possible that the claims are too good by. */
      penaltyBpb: z.number().min(0),
      /** The same of heldoutBpb, where that was scored. */
      heldoutPenaltyBpb: z.number().min(0).optional(),
    })
    .nullable(),
  /** Training loss as `train.py` logged it: shown, never believed. Thinned to at most 200 points. */
  curve: z.array(z.strictObject({ step: z.int().min(0), seconds, loss: z.number() })).max(CURVE_LIMIT),
  /** The last value of every other metric that was logged. */
  metrics: z
    .record(z.string().regex(/^[A-Za-z0-9_./-]{1,64}$/), z.number())
    .refine((m) => Object.keys(m).length <= 50, 'at most 50 metrics'),
  hardware: z.strictObject({
    /** The model of the device that trained, e.g. `NVIDIA H100 80GB HBM3` or the processor's name. */
    device: z.string().max(200),
    cores: z.int().min(1),
    memoryMiB: z.int().min(0),
    driver: z.string().max(100).nullable(),
    /** The most that the device may draw; left out where it is unknown. */
    powerWatts: z.int().min(0).max(100_000).optional(),
    /** What was seen of it during the training; left out where it did not train, and in old reports. */
    seen: seenSchema.optional(),
  }),
  versions: z.strictObject({
    node: z.string().max(50),
    python: z.string().max(50).nullable(),
    torch: z.string().max(50).nullable(),
    /** Not in old reports. */
    numpy: z.string().max(50).nullable().optional(),
    cuda: z.string().max(50).nullable(),
  }),
  timings: z.strictObject({
    /** Runner started to the sandboxed interpreter started. */
    setupSeconds: seconds,
    /** Interpreter started to weights closed. */
    trainSeconds: seconds,
    claimsSeconds: seconds,
    probesSeconds: seconds,
    totalSeconds: seconds,
  }),
  digests: z.strictObject({
    weights: sha256.nullable(),
    /** Of the claims that the loss is the sum of, when the run hands them over. */
    claims: sha256.optional(),
    harness: sha256,
    /** Null where the run was ended before its data set was opened. */
    data: sha256.nullable(),
  }),
  weightsBytes: z.int().min(0).nullable(),
  claimsBytes: z.int().min(1).optional(),
  /** What a borrower gets, encrypted, as it was handed over. */
  borrowed: z.strictObject({ sha256, bytes: z.int().min(1) }).optional(),
  peakMemoryMiB: z.number().min(0).nullable(),
  /** What the owner has beside the numbers; left out where there is nothing. Decides nothing. */
  evidence: proofsSchema.optional(),
  sandbox: z.enum(['bubblewrap', 'docker', 'podman', 'none']),
  /** What `train.py` said last, where it crashed (crash-log.ts); else nothing. Text of a stranger. */
  log: z.string().max(LOG_LIMIT),
});

export type Report = z.infer<typeof reportSchema>;
export type Outcome = Report['outcome'];

/** Outcomes of a run that counts for nothing, whatever the file was worth. */
export type Void = Extract<Outcome, 'preempted' | 'disturbed'>;

export function isVoid(outcome: Outcome): outcome is Void {
  return outcome === 'preempted' || outcome === 'disturbed';
}

/** Of a run that counts for nothing, what others may know: not what the file may have been worth, and nothing of what it said. */
export function emptied(report: Report): Report {
  const { claimsBytes: _, borrowed: __, evidence: ___, digests, ...rest } = report;
  const { harness, data } = digests;
  return {
    ...rest,
    ...{ valBpb: null, heldoutBpb: null, probes: null, curve: [], metrics: {}, log: '' },
    ...{ digests: { weights: null, harness, data }, weightsBytes: null, peakMemoryMiB: null },
  };
}
