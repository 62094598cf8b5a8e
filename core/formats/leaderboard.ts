import { z } from 'zod';
import { own } from '../names.ts';
import type { Parsed } from '../parsed.ts';
import {
  type FrontierComposition,
  type FrontierLink,
  type FrontierState,
  frontierSchema,
  NO_FRONTIER,
} from './frontier.ts';
import { bpb, sha, sha256, time } from './primitives.ts';
import { distributionSchema } from './result.ts';
import { runSchema, verdictSchema } from './run.ts';
import { parseStrictJson } from './strict-json.ts';

/** `results/leaderboard.json`: the best of each track, and what its machines are worth. */

export const LEADERBOARD_PATH = 'results/leaderboard.json';

export const holderSchema = z.strictObject({
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
  .pick({ stage: true, seed: true, owner: true, ownerId: true, machine: true, powerWatts: true })
  .extend({ valBpb: bpb, device: runSchema.shape.device.optional() });

/** An experiment of a track, as lists name it. */
const experimentSchema = z.strictObject({ pull: z.int().positive(), blob: sha });
export type ExperimentName = z.infer<typeof experimentSchema>;

export const machineSchema = z.strictObject({
  owner: z.string(),
  /** GitHub's number of the owner, where the machine is lent: a login may change hands. */
  ownerId: z.int().optional(),
  /** Candidates' runs it finished since it began, or since it was last found to be an outlier. */
  jobs: z.int().min(0),
  lastSeen: time,
  /** Jobs that it failed, by no fault of a file, since it last finished one. */
  faults: z.int().min(1).optional(),
  /** What became of the last runs of a lent machine, a letter each, the latest last: see `core/rules/audits/lately.ts`. */
  lately: z
    .string()
    .regex(/^[fpvd]{1,50}$/, 'must be at most 50 of the letters f, p, v and d')
    .optional(),
  /** When audits found it to be an outlier, and in whose experiment. */
  outliers: z.array(z.strictObject({ at: time, pull: z.int().positive(), author: z.string() })),
  /** Experiments it measured since a repeat elsewhere last agreed with it: what an outlier casts doubt on. */
  unvouched: z.array(experimentSchema).default([]),
});
export type MachineState = z.infer<typeof machineSchema>;

export const trackStandingSchema = z.strictObject({
  incumbent: holderSchema,
  /** The last 16 measured runs of the incumbent, with which candidates are compared. */
  runs: z.array(runSchema),
  /** Workflow runs of incumbents' own files that pull requests carried and that were counted: the newest 100, in order. */
  counted: z.array(z.int()).optional(),
  distribution: distributionSchema.nullable().default(null),
  /** Runs of the last 16 files that held the record before: they teach how much one run spreads. */
  others: z.array(z.array(measuredSchema)).default([]),
  /** Digest of the data set that all runs of the track are measured on: the first that was seen. */
  data: sha256.optional(),
  /** What was adopted since the record, on tracks that have a frontier. */
  frontier: frontierSchema.optional(),
  /** Jobs since the incumbent was last measured: one in ten refreshes it. */
  sinceIncumbent: z.int().min(0).default(0),
  machines: z.record(z.string(), machineSchema).default({}),
  /** Experiments with audits that are not settled, the oldest first. */
  audits: z.array(experimentSchema).default([]),
  /** The latest experiments with an audit in which no two machines agree. */
  unsettled: z.array(experimentSchema).optional(),
  /** Experiments that an outlier measured: their verdicts are to be looked at again without its runs. */
  reconsider: z.array(experimentSchema.extend({ machine: z.string() })).default([]),
  /** What the maintainer should know of the track; null for nothing. */
  notice: z.string().nullable().default(null),
  /** Holders of the record in order, the incumbent last: the first one and the latest. */
  history: z.array(holderSchema),
  /** How many holders between those are in `results/history/<track>`. */
  older: z.int().min(0).optional(),
  /** Number of the latest start while credits were bid: every second one goes without bids. */
  starts: z.int().min(0).optional(),
  /** How many experiments ended in which verdict. */
  counts: z.partialRecord(verdictSchema, z.int().min(0)),
});
export type TrackStanding = z.infer<typeof trackStandingSchema>;

export const leaderboardSchema = z.strictObject({
  schema: z.literal(1),
  primary: z.string(),
  tracks: z.record(z.string(), trackStandingSchema),
  /** What each owner's machines have earned, from the ledger, in thousandths of a credit. Old ones have seconds of the machines' own clocks. */
  owners: z.record(
    z.string(),
    z.strictObject({
      runs: z.int().min(0),
      milli: z.int().optional(),
      seconds: z.number().min(0).optional(),
    }),
  ),
});
export type Leaderboard = z.infer<typeof leaderboardSchema>;

/** What was adopted on a track; nothing where it has no frontier. */
export function frontierIn({ tracks }: Pick<Leaderboard, 'tracks'>, track: string): FrontierState {
  return own(tracks, track)?.frontier ?? NO_FRONTIER;
}

/** Files that a change may have been made to: what holds or held the record, and what is or was on the frontier. */
export function basesOf({ incumbent, history, frontier }: TrackStanding): Set<string> {
  const files = [incumbent, ...history, ...(frontier?.known ?? []), ...(frontier?.chain ?? [])];
  return new Set(files.map(({ blob }) => blob));
}

/** Holders of a record that the leaderboard no longer lists, in order, in files that never change. */
export const historySchema = z.array(holderSchema);

/** Where some of them lie, named by the first. */
export function historyPath(track: string, { pull, blob }: z.infer<typeof holderSchema>): string {
  return `results/history/${track}/${pull ?? 0}-${blob.slice(0, 12)}.json`;
}

/** The leaderboard of main. A missing one counts as broken: the bot must never put an empty one in its place. */
export function parseLeaderboard(text: string | null): Parsed<Leaderboard> {
  if (text === null)
    return {
      ok: false,
      problems: [`${LEADERBOARD_PATH} is missing on main: restore it from main's history`],
    };
  let value: unknown;
  try {
    value = parseStrictJson(text);
  } catch (error) {
    return {
      ok: false,
      problems: [
        `${LEADERBOARD_PATH} is not JSON (${(error as Error).message}): restore it from main's history`,
      ],
    };
  }
  const parsed = leaderboardSchema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues
      .slice(0, 5)
      .map((issue) => `${LEADERBOARD_PATH}: \`${issue.path.join('.')}\`: ${issue.message}`),
  };
}

/** Experiments with audits that wait, or with verdicts to be looked at again; none where the leaderboard cannot be read. */
export function experimentsDue(board: Parsed<Leaderboard>): ExperimentName[] {
  if (!board.ok) return [];
  return Object.values(board.value.tracks).flatMap(({ audits, reconsider }) => [...audits, ...reconsider]);
}

/** Adopted changes that are not certified, and composed files under way or that such stand on, of every track. */
export function frontierExperiments(board: Parsed<Leaderboard>): (FrontierLink | FrontierComposition)[] {
  if (!board.ok) return [];
  return Object.values(board.value.tracks).flatMap(({ frontier }) =>
    frontier ? [...frontier.chain, ...frontier.compositions] : [],
  );
}
