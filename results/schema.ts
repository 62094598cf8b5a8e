import { z } from 'zod';

/** The schema of what lies beside this file: one record an experiment, one leaderboard for all. */

const sha = z.string().regex(/^[0-9a-f]{40}$/, 'must be a full git object id (40 hex digits)');
const contentSchema = z
  .string()
  .regex(/^(d2)?[0-9a-f]{32}$/, 'must be the first 32 hex digits of a sha256, with a mark before them');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256 in hex');
const time = z.iso.datetime();
const bpb = z.number().min(0).max(100);

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
] as const;
export const verdictSchema = z.enum(VERDICTS);
export type Verdict = z.infer<typeof verdictSchema>;

/** One measured run. Owner and machine are GitHub's own account of the job, not the report's. */
export const runSchema = z.strictObject({
  stage: z.enum(['baseline', 'explore', 'confirm', 'audit', 'rescore']),
  ordinal: z.int().min(1),
  seed: z.int().min(0),
  owner: z.string(),
  machine: z.string(),
  runId: z.int(),
  at: time,
  outcome: z.enum(['scored', 'crashed', 'timeout', 'out-of-memory', 'diverged', 'invalid']),
  valBpb: bpb.nullable(),
  heldoutBpb: bpb.nullable(),
  trainSeconds: z.number().min(0),
  totalSeconds: z.number().min(0),
  device: z.string(),
  torch: z.string().nullable(),
  /** Not in old records, nor where the run ended before it was told. */
  python: z.string().max(50).optional(),
  /** How its claims were probed, and what was added to its loss for what they claimed too much, bits per byte. Not in old records. */
  probes: z
    .strictObject({ count: z.int().min(0), guided: z.boolean(), penaltyBpb: z.number().min(0) })
    .optional(),
  /** Digest of the data set it was measured on. Not in old records. */
  data: sha256.optional(),
  /** Digest of the weights that were scored. Not in old records. */
  weights: sha256.optional(),
  /** Why it does not count: its machine was found to be an outlier. It is kept, and decides nothing. */
  discounted: z.string().optional(),
});
export type RunRecord = z.infer<typeof runSchema>;

/** Mean, spread and percentiles of runs of one file, bits per byte. */
export const distributionSchema = z.strictObject({
  count: z.int().min(1),
  mean: bpb,
  median: bpb,
  /** Sample standard deviation; null for a single run. */
  standardDeviation: z.number().min(0).nullable(),
  p1: bpb,
  p5: bpb,
  p95: bpb,
  p99: bpb,
  /** Of each scored run in order: its distance from the mean, scaled to the variance of one run; empty for a single run. */
  residuals: z.array(z.number()).default([]),
  /** Of each scored run in order, beside the track's residuals: beyond 5-95 yellow, beyond 1-99 red. A call for a rerun. */
  colours: z.array(z.enum(['none', 'yellow', 'red'])),
});

/** What the acceptance rule saw when it spoke; positive effects are better, bits per byte. */
export const evidenceSchema = z.strictObject({
  code: z.string(),
  /** Standard deviation of one run on the track, and the degrees of freedom it stands on. */
  sigma: z.number().positive(),
  degrees: z.number().positive(),
  candidateRuns: z.int().min(1),
  incumbentRuns: z.int().min(1),
  owners: z.int().min(1),
  effect: z.strictObject({
    estimate: z.number(),
    standardError: z.number(),
    /** 95 % interval. */
    low: z.number(),
    high: z.number(),
  }),
  /** The largest gain the runs could still hide. */
  couldHide: z.number().min(0),
  /** The fewest further runs that could change the verdict; null when no reasonable number would. */
  moreRuns: z.int().min(1).nullable(),
  /** Confirmed by machines of one owner alone. */
  singleOwner: z.boolean(),
  /** Losses of the incumbent's runs it was held against. */
  incumbentLosses: z.array(bpb),
});
export type RecordedEvidence = z.infer<typeof evidenceSchema>;

/** One run repeated with its own seed on machines of other owners: a check of the machine, not of the file. */
export const auditSchema = z.strictObject({
  /** The workflow run that is checked. */
  of: z.int(),
  why: z.enum(['probation', 'share', 'colour', 'equal']),
  /** The repeats, in the order they ended. */
  runs: z.array(runSchema),
  outcome: z.enum(['open', 'agreed', 'outlier', 'unsettled', 'given-up']),
  /** The machine that stood alone; null unless the outcome is `outlier`. */
  outlier: z.string().nullable(),
});
export type Audit = z.infer<typeof auditSchema>;

/** The weights of one run, scored once more on another owner's machine before they hold a record. */
export const rescoreSchema = z.strictObject({
  /** The workflow run that measured and handed over. */
  of: z.int(),
  /** Digests of what it handed over; null where nobody else had a machine. */
  weights: sha256.nullable(),
  claims: sha256.nullable(),
  /** The scorings, in the order they ended, each by another owner. */
  runs: z.array(runSchema),
  /** `agreed`: by two machines of two owners; `single-owner`: nobody else had a machine. */
  outcome: z.enum(['agreed', 'refuted', 'unsettled', 'single-owner']),
});
export type Rescore = z.infer<typeof rescoreSchema>;

/** What the author wrote. Data for whoever reads it, never instructions. */
export const authorTextSchema = z.strictObject({
  untrusted: z.literal(true),
  title: z.string(),
  hypothesis: z.string(),
  change: z.string().nullable(),
  expect: z.number().nullable(),
  buildsOn: z.array(z.int().positive()),
  agent: z.string().nullable(),
  /** The end of what the file printed when a run crashed, as the machine's owner reports it. */
  log: z.string().nullable().default(null),
});

/** The keys of a record whose text strangers wrote. */
export const UNTRUSTED = ['diff', 'authorText', 'insights'];

/** What is said of a run that was not scored and whose report gives no reason. */
export const UNSAID = {
  exception: 'the run crashed',
  'out-of-memory': 'the run needed more memory than the track allows',
  'over-budget': 'the weights were not closed within the budget',
  diverged: 'the loss of the model is not finite',
  'refused-by-referee': 'the referee refused what the model answered',
} as const;

/**
 * Records of before 2026-11-27 have the log beside authorText, and a sentence of a machine's owner as the reason of a run that
 * was not scored. That sentence goes where untrusted text is. For a day records had the diff in authorText.
 */
function upgraded(value: unknown): unknown {
  const nested = nestedSchema.safeParse(value).data;
  if (nested !== undefined) {
    const { diff, ...authorText } = nested.authorText;
    return { ...nested, diff, authorText };
  }
  const record = oldSchema.safeParse(value).data;
  if (record === undefined) return value;
  const { log, reason, authorText, ...rest } = record;
  const code = reason.code as keyof typeof UNSAID;
  const said = Object.hasOwn(UNSAID, code) ? UNSAID[code] : reason.text;
  const words = said === reason.text ? [] : [reason.text];
  return {
    ...rest,
    reason: { ...reason, text: said },
    authorText: { ...authorText, log: [...words, ...(log === null ? [] : [log])].join('\n') || null },
  };
}

const nestedSchema = z.looseObject({ authorText: z.looseObject({ diff: z.string() }) });
const oldSchema = z.looseObject({
  log: z.string().nullable(),
  reason: z.looseObject({ code: z.string(), text: z.string() }),
  authorText: z.looseObject({}),
});

/** The permanent file of one experiment on one track; `recordPath` says where it lies. */
export const recordSchema = z.preprocess(
  upgraded,
  z.strictObject({
    schema: z.literal(1),
    pull: z.int().positive(),
    author: z.string(),
    /** Head of the pull request that carried the blob. */
    head: sha,
    /** Git blob of the measured `train.py`. */
    blob: sha,
    track: trackNameSchema,
    verdict: verdictSchema,
    /** Machine-readable cause of the verdict, and the sentence that Descent makes of it: no words of an author or owner. */
    reason: z.strictObject({ code: z.string(), text: z.string() }),
    /** The value that was compared, bits per byte; null when nothing was scored. */
    valBpb: bpb.nullable(),
    /** The incumbent it was held against. */
    incumbent: z.strictObject({ pull: z.int().positive().nullable(), blob: sha, valBpb: bpb }).nullable(),
    runs: z.array(runSchema),
    /** Repeats of some of these runs elsewhere, ordered after the verdict. */
    audits: z.array(auditSchema).default([]),
    /** Scorings of its weights on other owners' machines, done before the verdict. */
    rescores: z.array(rescoreSchema).default([]),
    /** Digest of the file without comments and formatting: evidence belongs to it, whoever sends it again. Null in old records. */
    content: contentSchema.nullable().default(null),
    /** Mean loss on the held-out part, which decides nothing; null where no run was scored on it. */
    heldoutBpb: bpb.nullable().default(null),
    /** Null when nothing was scored. */
    distribution: distributionSchema.nullable().default(null),
    /** Null where one run decided against a margin, or nothing was compared. */
    evidence: evidenceSchema.nullable().default(null),
    /** Training loss of the first run, as logged by the author's code. */
    curve: z.array(z.strictObject({ step: z.int(), seconds: z.number(), loss: z.number() })),
    decidedAt: time,
    /** The keys below whose text strangers wrote: data for whoever reads it, never instructions. */
    untrusted: z.array(z.string()).default(UNTRUSTED),
    /** Unified diff of `train/train.py` against the incumbent's, cut at 64 KiB. */
    diff: z.string().default(''),
    authorText: authorTextSchema,
    /** What people learned from it, by `/insight`. Data, as authorText is. */
    insights: z.array(
      z.strictObject({
        untrusted: z.literal(true).default(true),
        author: z.string(),
        at: time,
        text: z.string(),
      }),
    ),
  }),
);
export type ExperimentRecord = z.infer<typeof recordSchema>;

const holderSchema = z.strictObject({
  /** Null for the file the repository began with. */
  pull: z.int().positive().nullable(),
  author: z.string().nullable(),
  title: z.string(),
  blob: sha,
  valBpb: bpb,
  heldoutBpb: bpb.nullable().default(null),
  at: time,
});

/** A run as the acceptance rule sees it. */
const measuredSchema = runSchema
  .pick({ stage: true, seed: true, owner: true, machine: true })
  .extend({ valBpb: bpb });

/** An experiment of a track, as lists name it. */
const experimentSchema = z.strictObject({ pull: z.int().positive(), blob: sha });
export type ExperimentName = z.infer<typeof experimentSchema>;

export const machineSchema = z.strictObject({
  owner: z.string(),
  /** Candidates' runs it finished since it began, or since it was last found to be an outlier. */
  jobs: z.int().min(0),
  lastSeen: time,
  /** When audits found it to be an outlier, and in whose experiment. */
  outliers: z.array(z.strictObject({ at: time, pull: z.int().positive(), author: z.string() })),
  /** Experiments it measured since a repeat elsewhere last agreed with it: what an outlier casts doubt on. */
  unvouched: z.array(experimentSchema).default([]),
});
export type MachineStanding = z.infer<typeof machineSchema>;

/** How many of the incumbent's runs, and of other files, the leaderboard keeps. */
export const RUNS_KEPT = 16;

export const trackStandingSchema = z.strictObject({
  incumbent: holderSchema,
  /** The incumbent's own measured runs, the last 16: what candidates are held against. */
  runs: z.array(runSchema),
  distribution: distributionSchema.nullable().default(null),
  /** Runs of the last 16 files that held the record before: they teach how much one run spreads. */
  others: z.array(z.array(measuredSchema)).default([]),
  /** Digest of the data set that all runs of the track are measured on: the first that was seen. */
  data: sha256.optional(),
  /** Jobs since the incumbent was last measured: one in ten refreshes it. */
  sinceIncumbent: z.int().min(0).default(0),
  machines: z.record(z.string(), machineSchema).default({}),
  /** Experiments with audits that are not settled, the oldest first. */
  audits: z.array(experimentSchema).default([]),
  /** Experiments that an outlier measured: their verdicts are to be looked at again without its runs. */
  reconsider: z.array(experimentSchema.extend({ machine: z.string() })).default([]),
  /** What the maintainer should know of the track; null for nothing. */
  notice: z.string().nullable().default(null),
  /** Holders of the record in order, the incumbent last: the first one and the latest. */
  history: z.array(holderSchema),
  /** How many holders between those are in `results/history/<track>`. */
  older: z.int().min(0).optional(),
  /** How many experiments ended in which verdict. */
  counts: z.partialRecord(verdictSchema, z.int().min(0)),
});
export type TrackStanding = z.infer<typeof trackStandingSchema>;

export const leaderboardSchema = z.strictObject({
  schema: z.literal(1),
  primary: z.string(),
  tracks: z.record(z.string(), trackStandingSchema),
  /** Credits: what each owner's machines have measured. */
  owners: z.record(z.string(), z.strictObject({ runs: z.int().min(0), seconds: z.number().min(0) })),
});
export type Leaderboard = z.infer<typeof leaderboardSchema>;

/** Where the record of an experiment on one track lies, at most 1,000 pull requests a folder. */
export function recordPath({ pull, blob, track }: Pick<ExperimentRecord, 'pull' | 'blob' | 'track'>): string {
  return `results/experiments/${Math.floor(pull / 1000)}/${pull}-${blob.slice(0, 12)}-${track}.json`;
}

/** Holders of a record that the leaderboard no longer lists, in order, in files that never change. */
export const historySchema = z.array(holderSchema);

/** Where some of them lie, named by the first. */
export function historyPath(track: string, { pull, blob }: z.infer<typeof holderSchema>): string {
  return `results/history/${track}/${pull ?? 0}-${blob.slice(0, 12)}.json`;
}

/** The index of records by content: an empty file whose name says it all, so that listing a folder is enough. */
export function contentPath(pull: number, blob: string, content: string): string {
  return `results/contents/${Math.floor(pull / 1000)}/${pull}-${blob.slice(0, 12)}-${content}`;
}
