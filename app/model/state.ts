import { z } from 'zod';
import { runSchema } from '../../results/schema.ts';
import { type Job, jobSchema } from '../../runner/contract/job.ts';
import { reasonField, reportSchema } from '../../runner/contract/report.ts';

/**
 * What the bot remembers, in its own check runs: nobody else can write them. A run's check is `descent <track> <stage> <ordinal>`;
 * its `external_id` says which run it is, its output's text holds the order and, once collected, the facts. One more check,
 * `descent`, says how the whole request stands.
 */

export const OVERALL_NAME = 'descent';
const VERSION = 'd1';

/** Which measured run a check run stands for. `runId` is 0 until the workflow run is known; `attempt` counts dispatches. */
export interface RunKey {
  blob: string;
  track: string;
  stage: Job['stage'];
  ordinal: number;
  seed: number;
  nonce: string;
  attempt: number;
  runId: number;
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
] as const;

/** How a whole request stands. `blob` is '-' when the head carries no file to measure; `waiting` is for owners of machines, `later` queues behind the others. */
export interface OverallKey {
  blob: string;
  track: string;
  state: (typeof OVERALL_STATES)[number];
  /** Digest of the file without comments and formatting; null when there is none to tell. */
  content?: string | null;
}

export function runCheckName(key: Pick<RunKey, 'track' | 'stage' | 'ordinal'>): string {
  return `descent ${key.track} ${key.stage} ${key.ordinal}`;
}

export function encodeRun(key: RunKey): string {
  const { blob, track, stage, ordinal, seed, nonce, attempt, runId } = key;
  return [VERSION, 'run', blob, track, stage, ordinal, seed, nonce, attempt, runId].join(':');
}

export function encodeOverall(key: OverallKey): string {
  return [VERSION, 'overall', key.blob, key.track, key.state, ...(key.content ? [key.content] : [])].join(
    ':',
  );
}

const runKeySchema = z.strictObject({
  blob: jobSchema.shape.blob,
  track: jobSchema.shape.track,
  stage: jobSchema.shape.stage,
  ordinal: z.coerce.number().pipe(jobSchema.shape.ordinal),
  seed: z.coerce.number().pipe(jobSchema.shape.seed),
  nonce: jobSchema.shape.nonce,
  attempt: z.coerce.number().pipe(z.int().min(1)),
  runId: z.coerce.number().pipe(z.int().min(0)),
});

/** The run an `external_id` names; null when it names none, for instance because another version of the bot wrote it. */
export function decodeRun(externalId: string): RunKey | null {
  const [version, kind, blob, track, stage, ordinal, seed, nonce, attempt, runId] = externalId.split(':');
  if (version !== VERSION || kind !== 'run') return null;
  return runKeySchema.safeParse({ blob, track, stage, ordinal, seed, nonce, attempt, runId }).data ?? null;
}

const overallKeySchema = z.strictObject({
  blob: z.string(),
  track: z.string(),
  state: z.enum(OVERALL_STATES),
  content: z.string().optional(),
});

export function decodeOverall(externalId: string): OverallKey | null {
  const [version, kind, blob, track, state, content] = externalId.split(':');
  if (version !== VERSION || kind !== 'overall') return null;
  return overallKeySchema.safeParse({ blob, track, state, content }).data ?? null;
}

/** What a collected report leaves behind until the verdict: all a record needs of one run. */
const factsSchema = z.strictObject({
  run: runSchema,
  reason: reasonField,
  curve: reportSchema.shape.curve,
  log: z.string().nullable(),
});
export type RunFacts = z.infer<typeof factsSchema>;

/** The memory of one run's check. `harness` is main's commit when the run was ordered; `failure` says why it was given up. */
const runMemorySchema = z.strictObject({
  job: jobSchema,
  harness: jobSchema.shape.head,
  dispatchedAt: z.iso.datetime(),
  facts: factsSchema.nullable(),
  failure: z.string().nullable(),
  /** The owner whose machines alone may take it; null for anybody's. */
  target: z.string().nullable().default(null),
  /** Owners it was sent to before, in vain. */
  avoided: z.array(z.string()).default([]),
  /** The workflow run that this one repeats for an audit. */
  audits: z.int().nullable().default(null),
});
export type RunMemory = z.infer<typeof runMemorySchema>;

const FENCE = '```json\n';

/** Readable in GitHub's check page, and parsed again by `decodeMemory`. JSON escapes keep author text from closing the fence. */
export function encodeMemory(memory: RunMemory): string {
  const json = JSON.stringify(memory).replaceAll('`', '\\u0060');
  return `${FENCE}${json}\n\`\`\``;
}

export function decodeMemory(text: string | null): RunMemory | null {
  if (!text?.startsWith(FENCE) || !text.endsWith('\n```')) return null;
  try {
    return runMemorySchema.safeParse(JSON.parse(text.slice(FENCE.length, -4))).data ?? null;
  } catch {
    return null; // not JSON: as good as no memory, the run is ordered again
  }
}
