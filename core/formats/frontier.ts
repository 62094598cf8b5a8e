import { z } from 'zod';
import { bpb, sha, time } from './primitives.ts';

/**
 * What the leaderboard keeps of a track's frontier: what was adopted on little evidence since main's record, and what judging the next
 * candidate needs. Main's history alone says where the frontier is; the branch `frontier` shows it to git.
 */

/** Best guess of a file's true loss, bits per byte, and how sure it is. */
const estimateSchema = z.strictObject({ loss: z.number(), variance: z.number().min(0) });

/** Characters of a link's title: as many as the headline of its commit shows. */
export const LINK_TITLE = 80;

/** An adopted change, from main's child to the head. */
export const linkSchema = z.strictObject({
  pull: z.int().positive(),
  author: z.string(),
  title: z.string(),
  /** The measured file. */
  blob: sha,
  /** The pull request's own file, where the measured one is its change put onto a newer file; null where they are the same. */
  from: sha.nullable(),
  /** The commit of the pull request that brought it. */
  head: sha,
  /** Whether main's history may have the commits of its branch. */
  brings: z.boolean(),
  /** The file it was put onto or changed from. */
  base: sha,
  /** What it was expected to gain over its base when it was adopted. */
  gain: bpb,
  estimate: estimateSchema,
  at: time,
  /** Its certification has ended without a decision: it waits for another link. */
  tried: z.boolean(),
});
export type FrontierLink = z.infer<typeof linkSchema>;

/** A change that gained on an older file, put onto a newer one: the composed file is measured as an experiment of its pull request. */
export const compositionSchema = z.strictObject({
  pull: z.int().positive(),
  blob: sha,
  /** The pull request's own file, and the commit that brought it. */
  from: sha,
  head: sha,
  onto: sha,
  estimate: estimateSchema,
  /** What was seen of the change on its own base, bits per byte. */
  seen: z.strictObject({ gain: z.number(), deviation: z.number().min(0) }),
  /** It was not adopted; later compositions stand on it. */
  dropped: z.boolean(),
});
export type FrontierComposition = z.infer<typeof compositionSchema>;

export const frontierSchema = z.strictObject({
  chain: z.array(linkSchema),
  compositions: z.array(compositionSchema),
  /** Estimates of files that a candidate may have been begun from: main's, adopted ones, earlier ones of either; the latest last. */
  known: z.array(
    z.strictObject({ blob: sha, pull: z.int().positive().nullable(), estimate: estimateSchema }),
  ),
  /** What each of the latest candidates showed over its base, in sigmas: from this the track learns what candidates are worth. */
  candidates: z.array(
    z.strictObject({ author: z.string(), shown: z.number(), variance: z.number().positive() }),
  ),
  /** Runs of whatever purpose since the last certification began. */
  runsSince: z.int().min(0),
  /** The link that is measured for certification. */
  certifying: sha.nullable(),
});
export type FrontierState = z.infer<typeof frontierSchema>;

/** Of a track on which nothing was adopted yet. */
export const NO_FRONTIER: FrontierState = {
  chain: [],
  compositions: [],
  known: [],
  candidates: [],
  runsSince: 0,
  certifying: null,
};

/** The branch on which git shows the frontier, one commit a link. */
export function frontierBranch(track: string, primary: string): string {
  return track === primary ? 'frontier' : `frontier-${track}`;
}

/** Whether a branch's name is that of a frontier, whatever tracks there are now. */
export function isFrontierBranch(branch: string): boolean {
  return /^frontier(-[a-z0-9][a-z0-9-]*)?$/.test(branch);
}

/** The trailer of a link's commit, by which the bot finds it again. */
export const LINK_TRAILER = 'Frontier-File';
