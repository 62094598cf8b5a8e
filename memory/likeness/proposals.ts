import { z } from 'zod';
import { parseDescription } from '../../core/formats/description.ts';
import { ALIKE, alike, nearest, wordFeatures } from './similarity.ts';

/** What others propose right now, in open pull requests: nothing of it is on record yet. */

export const proposalSchema = z.strictObject({
  number: z.int().positive(),
  title: z.string(),
  url: z.string(),
  /** The description. */
  body: z.string(),
  /** Its `train/train.py`; null where that is unknown, or no text. */
  text: z.string().nullable(),
});
export type Proposal = z.infer<typeof proposalSchema>;

export const similarProposalSchema = proposalSchema.pick({ number: true, title: true, url: true }).extend({
  /** Which part is alike, and how much, from 0 to 1. */
  diff: z.number(),
  hypothesis: z.number(),
});
export type SimilarProposal = z.infer<typeof similarProposalSchema>;

/**
 * Proposals about the same thing, the most alike first.
 * @param bases files that they may have been changed from, the likeliest first
 * @param mine a file, a hypothesis, or both; an empty one is like nothing
 */
export function similarProposals(
  bases: readonly string[],
  mine: { text: string; hypothesis: string },
  proposals: Proposal[],
): SimilarProposal[] {
  const edit = mine.text === '' ? new Set<string>() : nearest(bases, mine.text).features;
  const words = wordFeatures(mine.hypothesis);
  return proposals
    .map(({ number, title, url, body, text }) => {
      const said = parseDescription(body);
      return {
        number,
        title,
        url,
        diff: text === null ? 0 : alike(edit, nearest(bases, text).features),
        hypothesis: said.ok ? alike(words, wordFeatures(said.value.hypothesis)) : 0,
      };
    })
    .filter((one) => Math.max(one.diff, one.hypothesis) >= ALIKE)
    .sort((a, b) => Math.max(b.diff, b.hypothesis) - Math.max(a.diff, a.hypothesis));
}
