import { z } from 'zod';

/** How far a job is, as the runner writes it for the client that lends the machine: one word in the file that DESCENT_PHASE names. */

const PHASES = ['setup', 'train', 'score', 'done'] as const;

/** In `score` the weights are closed: what is left takes a moment. In `done` no program of a stranger runs any more. */
export const phaseSchema = z.enum(PHASES);
export type Phase = z.infer<typeof phaseSchema>;

/** What the file says; null where another program wrote it. */
export function parsePhase(text: string): Phase | null {
  return phaseSchema.safeParse(text.trim()).data ?? null;
}
