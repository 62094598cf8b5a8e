import { z } from 'zod';
import type { Hold } from '../../core/credits/holds.ts';
import { borrowedRunSchema } from '../../core/formats/borrowing/record.ts';
import { fenceable, fenced, unfenced } from '../../core/formats/fenced-json.ts';
import { handedOverSchema } from '../../core/formats/handed-over.ts';
import { type Job, jobSchema } from '../../core/formats/job.ts';
import { ownerAccountSchema } from '../../core/formats/ledger.ts';
import { reasonField, reportSchema } from '../../core/formats/report.ts';
import { authorTextSchema, paidSchema } from '../../core/formats/result.ts';
import { endSchema, runSchema } from '../../core/formats/run.ts';

/**
 * What the bot remembers, in its own check runs: no other account can write them. A run's check is `descent <track> <stage> <ordinal>`;
 * its `external_id` says which run it is, its output's text holds the order and, once collected, the facts. One more check,
 * `descent`, says how the whole pull request stands. A check run belongs to a commit, and several pull requests may have one commit as
 * their head: so each key says whose it is.
 */

const VERSION = 'd2';
/** Keys without a number, as older bots wrote them. */
const UNNUMBERED = 'd1';

/** Which measured run a check run stands for. `runId` is 0 until the workflow run is known; `attempt` counts dispatches. */
export interface RunKey {
  /** Number of the pull request that ordered it; null for the bootstrap, which no pull request orders. */
  pull: number | null;
  blob: string;
  track: string;
  stage: Job['stage'];
  ordinal: number;
  seed: number;
  nonce: string;
  attempt: number;
  runId: number;
  /** The lent machine it was sent to, as `ada.desk`. */
  lent?: string | undefined;
}

const OVERALL_STATES = [
  'refused',
  'stopped',
  'queued',
  'later',
  'waiting',
  'measuring',
  'failed',
  'verdict',
  'borrowing',
  'borrowed',
] as const;

/** How a whole pull request stands. `blob` is '-' when the head carries no file to measure; `waiting` is for owners of machines, `later` queues behind the others. */
export interface OverallKey {
  blob: string;
  track: string;
  state: (typeof OVERALL_STATES)[number];
  /** Digest of the file without comments and formatting; null when there is none. */
  content?: string | null;
  /** Credits that it keeps for itself now, of each account: what waits, and what its runs have spent that no commit has settled. */
  holds?: Hold[];
  /** Of the starts of its track while bids waited: the latest one that this pull request knows of. */
  start?: number;
}

export function runCheckName(
  key: Pick<RunKey, 'pull' | 'track' | 'stage' | 'ordinal'>,
  shared: boolean,
): string {
  const { pull, track, stage, ordinal } = key;
  return `descent ${shared && pull !== null ? `#${pull} ` : ''}${track} ${stage} ${ordinal}`;
}

const NO_PULL = '-';

export function encodeRun(key: RunKey): string {
  const { pull, blob, track, stage, ordinal, seed, nonce, attempt, runId, lent } = key;
  const parts = [pull ?? NO_PULL, blob, track, stage, ordinal, seed, nonce, attempt, runId];
  return [VERSION, 'run', ...parts, ...(lent === undefined ? [] : [lent])].join(':');
}

export function encodeOverall(pull: number, key: OverallKey): string {
  const { blob, track, state, content, holds = [], start } = key;
  const held = holds.map(({ account, milli }) => `${account}=${milli}`).join('+');
  const more = [content ?? '', held, start ?? ''];
  while (more.at(-1) === '') more.pop();
  return [VERSION, 'overall', pull, blob, track, state, ...more].join(':');
}

const number = z.coerce.number().pipe(z.int().positive());

const runKeySchema = z.strictObject({
  pull: z.union([z.literal(NO_PULL).transform(() => null), number]),
  blob: jobSchema.shape.blob,
  track: jobSchema.shape.track,
  stage: jobSchema.shape.stage,
  ordinal: z.coerce.number().pipe(jobSchema.shape.ordinal),
  seed: z.coerce.number().pipe(jobSchema.shape.seed),
  nonce: jobSchema.shape.nonce,
  attempt: z.coerce.number().pipe(z.int().min(1)),
  runId: z.coerce.number().pipe(z.int().min(0)),
  lent: z.string().optional(),
});

/** Parts of an external id without its version, with the number's place empty where an older bot wrote it; null for others' ids. */
function partsOf(externalId: string, kind: 'run' | 'overall'): string[] | null {
  const [version, is, ...rest] = externalId.split(':');
  if (is !== kind) return null;
  return version === VERSION ? rest : version === UNNUMBERED ? ['', ...rest] : null;
}

/** A decoded key, and whose it is: `pull` is undefined where an older bot left that out. */
export interface Owned<T> {
  pull: number | null | undefined;
  key: T;
}

/** The run an `external_id` names; null when it names none, for instance because another version of the bot wrote it. */
export function decodeRun(externalId: string): Owned<RunKey> | null {
  const parts = partsOf(externalId, 'run');
  if (!parts) return null;
  const [pull, blob, track, stage, ordinal, seed, nonce, attempt, runId, lent] = parts;
  const unnumbered = pull === '';
  const named = {
    pull: unnumbered ? NO_PULL : pull,
    blob,
    track,
    stage,
    ordinal,
    seed,
    nonce,
    attempt,
    runId,
    ...(lent !== undefined && { lent }),
  };
  const key = runKeySchema.safeParse(named).data;
  return key ? { pull: unnumbered ? undefined : key.pull, key } : null;
}

const overallKeySchema = z.strictObject({
  blob: z.string(),
  track: z.string(),
  state: z.enum(OVERALL_STATES),
  content: z
    .string()
    .transform((content) => (content === '' ? undefined : content))
    .optional(),
  holds: z
    .string()
    .transform((held) => (held === '' ? [] : held.split('+').map(holdIn)))
    .pipe(z.array(z.strictObject({ account: ownerAccountSchema, milli: z.int().min(1).max(1e12) })))
    .optional(),
  start: z.coerce.number().pipe(z.int().min(0)).optional(),
});

function holdIn(held: string): Partial<Hold> {
  const [account, milli] = held.split('=');
  return { ...(account && { account }), milli: Number(milli) };
}

export function decodeOverall(externalId: string): Owned<OverallKey> | null {
  const parts = partsOf(externalId, 'overall');
  if (!parts) return null;
  const [pull, blob, track, state, content, held, start] = parts;
  const found = overallKeySchema.safeParse({ blob, track, state, content, holds: held, start }).data;
  if (!found) return null;
  const { holds = [], ...rest } = found;
  const key = { ...rest, ...(holds.length > 0 && { holds }) };
  return { pull: pull === '' ? undefined : (number.safeParse(pull).data ?? null), key };
}

/** What is kept of a collected report until the verdict: all that a result needs of one run. */
const factsSchema = z.strictObject({
  run: runSchema,
  reason: reasonField,
  curve: reportSchema.shape.curve,
  log: z.string().nullable(),
  /** What it handed over to be scored once more, until when GitHub keeps it. */
  scored: handedOverSchema.extend({ expiresAt: z.iso.datetime() }).optional(),
});
export type RunFacts = z.infer<typeof factsSchema>;

const wordsSchema = authorTextSchema.omit({ log: true });
/** What a pull request says of its file. */
export type Words = z.infer<typeof wordsSchema>;

const endedSchema = borrowedRunSchema.omit({ gross: true });
/** A borrowed run that ended, before it is paid. */
export type BorrowedEnd = z.infer<typeof endedSchema>;

/** The memory of one run's check. `harness` is main's commit when the run was ordered; `failure` says why it was given up. */
const runMemorySchema = z.strictObject({
  job: jobSchema,
  harness: jobSchema.shape.head,
  dispatchedAt: z.iso.datetime(),
  facts: factsSchema.nullable(),
  /** How a borrowed run ended. Nothing of it is compared with anything, so it has no facts. */
  borrowed: endedSchema.optional(),
  failure: z.string().nullable(),
  /** The owner whose machines alone may take it; null for anybody's. */
  target: z.string().nullable().default(null),
  /** Owners it was dispatched to before, without success. */
  avoided: z.array(z.string()).default([]),
  /** The workflow run that this one repeats for an audit. */
  audits: z.int().nullable().default(null),
  /** What the pull request said of the file when the run was ordered; null in old memories, and where no pull request ordered it. */
  words: wordsSchema.nullable().default(null),
  /** The confirming run that it replaces, whose weights are no longer kept. */
  replaces: z.int().optional(),
  /** The lent machine it was sent to, and the repository it runs in; left out for runners of the swarm's own repository. */
  lent: z
    .strictObject({ name: z.string(), ownerId: z.int(), owner: z.string(), repository: z.string() })
    .optional(),
  /** Machines that failed it in earlier attempts, the file not being at fault. */
  failedOn: z.array(z.string()).optional(),
  /** Why it is to be ordered again, as soon as a machine is free that may have it. */
  waits: z.string().optional(),
  /** How its earlier orders ended without a loss. */
  ends: z.array(endSchema).optional(),
  /** Who pays for it, since it started before its turn: its verdict's commit charges them. */
  paid: z.array(paidSchema.omit({ runId: true })).optional(),
});
export type RunMemory = z.infer<typeof runMemorySchema>;

/** Characters that GitHub takes as the text of a check run. */
export const TEXT_LIMIT = 65_535;

/** JSON may write one character as six: what does not fit loses its log first, then the points of its curve. */
export function encodeMemory(memory: RunMemory): string {
  const text = fenced(fenceable(memory));
  const { facts } = memory;
  if (text.length <= TEXT_LIMIT || !facts) return text;
  if (facts.log) {
    const log = facts.log.slice(Math.ceil(facts.log.length / 2)).toWellFormed();
    return encodeMemory({ ...memory, facts: { ...facts, log: log === '' ? null : log } });
  }
  if (facts.curve.length === 0) return text;
  const curve = facts.curve.filter((_, i) => i % 2 === 1);
  return encodeMemory({ ...memory, facts: { ...facts, curve } });
}

/** Null is as good as no memory: the run is ordered again. */
export function decodeMemory(text: string | null): RunMemory | null {
  return unfenced(text, runMemorySchema);
}
