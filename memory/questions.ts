import { z } from 'zod';
import { trackNameSchema, verdictSchema } from '../core/formats/run.ts';
import { proposalSchema } from './likeness/proposals.ts';

/** The bot's questions to the memory, and the answers: one JSON value each, on standard input and output of a child process. */

const likeness = { diff: z.number(), hypothesis: z.number() };

export const questions = {
  /** The pages of the primary track. */
  pages: {
    question: z.strictObject({ kind: z.literal('pages') }),
    answer: z.strictObject({
      page: z.string(),
      /** By their paths beside the page. */
      topics: z.record(z.string().regex(/^memory\/[a-z0-9-]+\.md$/), z.string()),
      /** SVG; null before the track has a best file. */
      plot: z.string().nullable(),
    }),
  },
  /** Results and open pull requests that are similar to a file or its hypothesis, the most similar first. */
  similar: {
    question: z.strictObject({
      kind: z.literal('similar'),
      /** A `train.py`. */
      text: z.string(),
      hypothesis: z.string(),
      track: trackNameSchema.nullable(),
      open: z.array(proposalSchema),
    }),
    answer: z.strictObject({
      results: z.array(
        z.strictObject({
          pull: z.int(),
          blob: z.string(),
          track: z.string(),
          verdict: verdictSchema,
          valBpb: z.number().nullable(),
          incumbentBpb: z.number().nullable(),
          reason: z.string(),
          decidedAt: z.string(),
          title: z.string(),
          exception: z.string().nullable(),
          ...likeness,
        }),
      ),
      open: z.array(z.strictObject({ pull: z.int(), title: z.string(), ...likeness })),
    }),
  },
};

export const questionSchema = z.discriminatedUnion('kind', [
  questions.pages.question,
  questions.similar.question,
]);

export type Question = z.infer<typeof questionSchema>;
export type Answer<Kind extends Question['kind']> = z.infer<(typeof questions)[Kind]['answer']>;
