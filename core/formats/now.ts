import { z } from 'zod';
import type { Parsed } from '../parsed.ts';
import { time } from './primitives.ts';
import { runSchema, trackNameSchema } from './run.ts';
import { parseStrictJson } from './strict-json.ts';

/**
 * What is measured and who waits, at one moment: public facts alone, as the bot reads them from GitHub. The App sends it to pages that
 * are left open, and a site is built with the one of its time. Nothing here is kept in git.
 */

const login = z.string().max(100);
const run = z.strictObject({
  stage: runSchema.shape.stage,
  /** The lent machine it was sent to; null where any runner of the track may take it. */
  machine: z.string().max(200).nullable(),
  /** When it was ordered; null where GitHub does not say. */
  since: time.nullable(),
});

/** A pull request that a machine measures, or that waits for one. */
const pullSchema = z.strictObject({
  pull: z.int().positive(),
  author: login,
  /** `later`: like what was tried, so it comes after the others. `owners`: for owners or a free machine. `share`: for the author's earlier ones. */
  state: z.enum(['measuring', 'queued', 'later', 'owners', 'share']),
  since: time,
  /** How many come before it for the next free machine; null where it is not in line. */
  before: z.int().min(0).nullable(),
  runs: z.array(run).max(1000),
  /** Runs that ended with a loss or a failure of the file. */
  done: z.int().min(0),
  /** Runs before its verdict, those that are out among them: the rule may want more. */
  needed: z.int().min(0),
});

const machineSchema = z.strictObject({
  name: z.string().max(200),
  owner: login,
  tracks: z.array(trackNameSchema).max(20),
  /** `away`: its owner uses it, or lends it at other hours. `silent`: it said nothing for too long. */
  state: z.enum(['free', 'busy', 'away', 'silent']),
  /** When it said so last; null before it said anything. */
  heard: time.nullable(),
});

export const nowSchema = z.strictObject({
  schema: z.literal(1),
  /** When it was read. */
  at: time,
  tracks: z.record(
    trackNameSchema,
    z.strictObject({
      /** Runs that may be out at the same time. */
      places: z.int().min(0),
      /** Of the runs that ended last: how many, and the middle of their seconds; null where none is known. */
      recent: z.strictObject({ runs: z.int().min(1), seconds: z.number().min(0) }).nullable(),
      /** Those that are measured first, then those in line, in their order. */
      pulls: z.array(pullSchema).max(5000),
      /** Runs of main's own file that no pull request ordered. */
      own: z.array(run).max(1000),
    }),
  ),
  /** Those that owners lend. Runners of the repository itself are known by their results alone. */
  machines: z.array(machineSchema).max(10_000),
});
export type Now = z.infer<typeof nowSchema>;
export type TrackNow = Now['tracks'][string];
export type PullNow = TrackNow['pulls'][number];
export type MachineNow = Now['machines'][number];

export function parseNow(text: string): Parsed<Now> {
  try {
    const parsed = nowSchema.safeParse(parseStrictJson(text));
    return parsed.success
      ? { ok: true, value: parsed.data }
      : { ok: false, problems: [z.prettifyError(parsed.error)] };
  } catch (error) {
    return { ok: false, problems: [`it is not JSON: ${(error as Error).message}`] };
  }
}
