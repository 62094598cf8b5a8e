import { z } from 'zod';
import { own } from '../../core/names.ts';
import { diffOf } from '../../core/text/diff.ts';
import { basesHere } from '../best.ts';
import type { Memory } from '../memory.ts';
import { type Proposal, similarProposalSchema, similarProposals } from './proposals.ts';
import { findSimilar, similarSchema } from './similar.ts';
import { nearest } from './similarity.ts';

/** A longer list would not be read. */
export const SHOWN = 5;

export const alikeSchema = z.strictObject({
  similar: z.array(similarSchema),
  /** Open requests, not decided yet. */
  open: z.array(similarProposalSchema),
});
export type Alike = z.infer<typeof alikeSchema>;

/** What was tried, or is proposed, that is much like a file which says why. A file that changes nothing is like nothing. */
export async function alikeTo(
  memory: Memory,
  mine: { text: string; hypothesis: string; track: string | null },
  proposals: Proposal[],
): Promise<Alike> {
  const known = mine.track !== null && own(memory.leaderboard.tracks, mine.track) ? mine.track : undefined;
  const bases = await basesHere(memory, known);
  if (bases.includes(mine.text)) return { similar: [], open: [] };
  const { base } = nearest(bases, mine.text);
  const record = bases.at(-1)!;
  const adopted = base === record ? '' : diffOf(record, base);
  const found = await findSimilar(memory, { ...mine, adopted, diff: diffOf(base, mine.text) });
  return {
    similar: found.slice(0, SHOWN),
    open: similarProposals(bases, mine, proposals).slice(0, SHOWN),
  };
}
