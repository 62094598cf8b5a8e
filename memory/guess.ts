import { z } from 'zod';
import { frontierBranch } from '../core/formats/frontier.ts';
import { frontierIn, type Leaderboard } from '../core/formats/leaderboard.ts';
import { intervalOf } from '../core/rules/frontier/estimate.ts';

/** The best guess of a track: the head of its frontier, with the chain that leads there from the record. It is no record. */

const estimated = { loss: z.number(), low: z.number(), high: z.number() };

export const guessSchema = z.strictObject({
  pull: z.int(),
  blob: z.string(),
  /** Estimate of the true loss, and its 95 % interval. */
  ...estimated,
  /** The branch whose tip has the file. */
  branch: z.string(),
  /** From the record to the head. */
  chain: z.array(
    z.strictObject({
      pull: z.int(),
      author: z.string(),
      title: z.string(),
      blob: z.string(),
      base: z.string(),
      /** Expected over its base when it was adopted. */
      gain: z.number(),
      ...estimated,
      at: z.string(),
    }),
  ),
  /** The pull request up to whose link the chain is being measured for certification. */
  certifying: z.int().nullable(),
});
export type Guess = z.infer<typeof guessSchema>;

/** Null where the best guess is the record: on a track without a frontier, or while nothing is adopted. */
export function guessOf({ tracks, primary }: Leaderboard, track: string): Guess | null {
  const state = frontierIn({ tracks }, track);
  const chain = state.chain.map(({ pull, author, title, blob, base, gain, estimate, at }) => {
    return { pull, author, title, blob, base, gain, loss: estimate.loss, ...intervalOf(estimate), at };
  });
  const head = chain.at(-1);
  if (head === undefined) return null;
  const { pull, blob, loss, low, high } = head;
  const certifying = chain.find((link) => link.blob === state.certifying)?.pull ?? null;
  return { pull, blob, loss, low, high, branch: frontierBranch(track, primary), chain, certifying };
}

/** What was adopted after a file: all of the chain where the file is not in it. */
export function adoptedSince(guess: Guess, blob: string): Guess['chain'] {
  return guess.chain.slice(guess.chain.findIndex((link) => link.blob === blob) + 1);
}

/** e.g. `best guess 0.9712 (95 %: 0.9701 to 0.9723), #57`. */
export function guessLine({ loss, low, high, pull }: Pick<Guess, 'loss' | 'low' | 'high' | 'pull'>): string {
  return `best guess ${loss.toFixed(4)} (95 %: ${low.toFixed(4)} to ${high.toFixed(4)}), #${pull}`;
}
