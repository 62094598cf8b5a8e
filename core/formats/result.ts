import { z } from 'zod';
import { ownerAccountSchema } from './ledger.ts';
import { upgraded } from './old-result.ts';
import { bpb, contentSchema, sha, sha256, time } from './primitives.ts';
import { type RunResult, runSchema, trackNameSchema, verdictSchema } from './run.ts';
import { parseStrictJson } from './strict-json.ts';

/** The permanent file of one experiment on one track: its schema, its one parser, and where it lies. */

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
  /** Losses of the incumbent's runs that it was compared with. */
  incumbentLosses: z.array(bpb),
});
export type RecordedEvidence = z.infer<typeof evidenceSchema>;

/**
 * One run checked on machines of other owners: repeated with its own seed, or, for `scoring`, its weights scored again. A check of
 * the machine, not of the file.
 */
export const auditSchema = z.strictObject({
  /** The workflow run that is checked: of this file, a repeat of it, or for `scoring` of the incumbent beside it. */
  of: z.int(),
  why: z.enum(['probation', 'share', 'colour', 'equal', 'scoring']),
  /** The repeats, in the order they ended. */
  runs: z.array(runSchema),
  outcome: z.enum(['open', 'agreed', 'outlier', 'unsettled', 'given-up']),
  /** The machine that stood alone; null unless the outcome is `outlier`. */
  outlier: z.string().nullable(),
});
export type Audit = z.infer<typeof auditSchema>;

/** A run may be repeated and have its weights scored again: these are two audits. */
export function isSameAudit({
  of,
  why,
}: Pick<Audit, 'of' | 'why'>): (other: Pick<Audit, 'of' | 'why'>) => boolean {
  return (other) => other.of === of && (other.why === 'scoring') === (why === 'scoring');
}

/** The weights of one run, scored once more on another owner's machine before they hold a record. */
export const rescoreSchema = z.strictObject({
  /** The workflow run that measured and handed over. */
  of: z.int(),
  /** Digests of what it handed over; null where no other owner had a machine. */
  weights: sha256.nullable(),
  claims: sha256.nullable(),
  /** The scorings, in the order they ended, each by another owner. */
  runs: z.array(runSchema),
  /** `agreed`: by two machines of two owners; `single-owner`: no other owner had a machine. */
  outcome: z.enum(['agreed', 'refuted', 'unsettled', 'single-owner']),
});
export type Rescore = z.infer<typeof rescoreSchema>;

/** Credits spent for a run that started before its turn because of them: see docs/credits.md. */
export const paidSchema = z.strictObject({
  /** The workflow run. */
  runId: z.int().positive(),
  account: ownerAccountSchema,
  /** Of the account's owner then. */
  login: z.string(),
  /** Thousandths of a credit. */
  milli: z.int().min(1).max(1e12),
  /** The author's own bid, or what another person gave. */
  for: z.enum(['bid', 'sponsor']),
});
export type Paid = z.infer<typeof paidSchema>;

/** What the author wrote. Data for its readers, never instructions. */
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

/** The reason of a verdict that does not stand any more, since some of its runs do not count: the file is measured again. */
export const RECONSIDERED = 'reconsidered';

/** The code of a result whose author gave it up before it was decided. */
export const WITHDRAWN = 'withdrawn';

/** Codes of a gain on a frontier that is put onto a newer file, or that was withdrawn before it was adopted. */
export const COMPOSED = 'composed';
export const GAIN_WITHDRAWN = 'gain-withdrawn';

/** The permanent file of one experiment on one track; `resultPath` says where it lies. */
export const resultSchema = z.preprocess(
  upgraded,
  z.strictObject({
    schema: z.literal(1),
    pull: z.int().positive(),
    author: z.string(),
    /** GitHub's number of the author, where GitHub says it: a login may change hands. Not in old results. */
    authorId: z.int().positive().optional(),
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
    /** The incumbent it was compared with. */
    incumbent: z.strictObject({ pull: z.int().positive().nullable(), blob: sha, valBpb: bpb }).nullable(),
    /** On the frontier: the file that it was changed from or put onto, with its estimated loss. */
    base: z.strictObject({ pull: z.int().positive().nullable(), blob: sha, valBpb: bpb }).optional(),
    /** The pull request's own file, where this one is its change put onto a newer file. */
    composedFrom: sha.optional(),
    /** Why its change could not be put onto the newest file: the lines that both change. Words of strangers. */
    conflict: z
      .strictObject({
        onto: sha,
        /** Pull requests adopted since the file that it was changed from. */
        since: z.array(z.int().positive()),
        places: z.array(
          z.strictObject({
            line: z.int().min(1),
            before: z.array(z.string()),
            theirs: z.array(z.string()),
            ours: z.array(z.string()),
          }),
        ),
      })
      .optional(),
    /** The chain by which an adopted file was certified or refuted: its pull requests in order, and whose result has the runs. */
    chain: z
      .strictObject({
        pulls: z.array(z.int().positive()).min(1),
        head: z.strictObject({ pull: z.int().positive(), blob: sha }),
      })
      .optional(),
    runs: z.array(runSchema),
    /** Repeats of some of these runs elsewhere, ordered after the verdict. */
    audits: z.array(auditSchema).default([]),
    /** Scorings of its weights on other owners' machines, done before the verdict. */
    rescores: z.array(rescoreSchema).default([]),
    /** What was spent for some of these runs; left out where nothing was. */
    paid: z.array(paidSchema).min(1).optional(),
    /** Digest of the file without comments and formatting: evidence belongs to it, also when another author sends it again. Null in old results. */
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
    /** Keys of this file whose text strangers wrote: data for its readers, never instructions. */
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
export type ExperimentResult = z.infer<typeof resultSchema>;

/** All runs that a result has: its own, repeats of them, and scorings of its weights, which it may list again. */
export function runsIn({ runs, audits, rescores }: ExperimentResult): RunResult[] {
  return [...runs, ...audits.flatMap((one) => one.runs), ...rescores.flatMap((one) => one.runs)];
}

/** The folder of all records. */
export const EXPERIMENTS = 'results/experiments';

/** Where the record of an experiment on one track lies, at most 1,000 pull requests a folder. */
export function resultPath({ pull, blob, track }: Pick<ExperimentResult, 'pull' | 'blob' | 'track'>): string {
  return `${EXPERIMENTS}/${Math.floor(pull / 1000)}/${pull}-${blob.slice(0, 12)}-${track}.json`;
}

/** The index of records by content: an empty file whose name says it all, so that listing a folder is enough. */
export function contentPath(pull: number, blob: string, content: string): string {
  return `results/contents/${Math.floor(pull / 1000)}/${pull}-${blob.slice(0, 12)}-${content}`;
}

const RECORD_VERSION = 1;
const LIMIT_BYTES = 1024 * 1024;

export type ParsedResult =
  | { kind: 'record'; result: ExperimentResult }
  | { kind: 'newer'; problem: string }
  | { kind: 'unreadable'; problem: string };

/** Reads the file as git or GitHub gave it: a result, or why it is none. Never throws. @param content null: it could not be read */
export function parseResult(content: Uint8Array | string | null): ParsedResult {
  if (content === null) return unreadable('the clone does not hold its content');
  const bytes = Buffer.from(content);
  if (bytes.length > LIMIT_BYTES)
    return unreadable(`${bytes.length} bytes, over the limit of ${LIMIT_BYTES}`);
  let value: unknown;
  try {
    value = parseStrictJson(bytes.toString('utf8'));
  } catch (error) {
    return unreadable(`not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const version = versionOf(value);
  if (version !== null && version > RECORD_VERSION) {
    return { kind: 'newer', problem: `schema ${version}; this clone reads up to ${RECORD_VERSION}` };
  }
  const result = resultSchema.safeParse(value);
  if (result.success) return { kind: 'record', result: result.data };
  const issue = result.error.issues[0];
  return unreadable(`${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
}

function versionOf(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('schema' in value)) return null;
  return typeof value.schema === 'number' ? value.schema : null;
}

function unreadable(problem: string): ParsedResult {
  return { kind: 'unreadable', problem };
}

/** It says only what comes next: where that did not come, the file is judged again by the runs it has. */
export function goesOn({ reason: { code } }: Pick<ExperimentResult, 'reason'>): boolean {
  return code === COMPOSED || code === GAIN_WITHDRAWN;
}
