import { stringify } from 'yaml';
import { z } from 'zod';
import { readGiven } from './read-given.ts';

/** The description of a pull request, from flags or from a file, as the bot will read it. */

export const descriptionInput = {
  hypothesis: z.string().optional().describe('why the loss should go down, in one or two sentences'),
  change: z.string().optional().describe('what changed, e.g. "TOTAL_BATCH_SIZE 2**19 -> 2**18"'),
  expect: z.number().optional().describe('the change of val_bpb you expect, e.g. -0.004'),
  buildsOn: z.array(z.coerce.number()).optional().describe('an earlier experiment; may be given again'),
  differs: z.string().optional().describe('how it differs from the similar experiments that `check` lists'),
  agent: z.string().optional().describe('your code name'),
  bid: z
    .number()
    .optional()
    .describe('credits for an earlier turn, e.g. 600; spent only where it starts before its turn'),
  track: z.array(z.string()).optional().describe('default: the primary track; may be given again'),
  description: z.string().optional().describe('read the whole description from this file instead'),
};

export type DescriptionInput = z.infer<z.ZodObject<typeof descriptionInput>>;

/** The Markdown of the pull request, or null without any words. */
export async function descriptionOf(
  input: DescriptionInput,
  reads: (path: string) => Promise<string>,
): Promise<string | null> {
  if (input.description !== undefined) {
    const file = await reads(input.description);
    return (await readGiven(file, 'Name a readable file with --description.')).toString('utf8');
  }
  const { hypothesis, change, expect, buildsOn, differs, agent, bid, track } = input;
  if (hypothesis === undefined) return null;
  const tracks = track?.length === 1 ? track[0] : track;
  const block = { hypothesis, change, expect, 'builds-on': buildsOn, differs, agent, bid, track: tracks };
  const said = Object.entries(block).filter(([, value]) => value !== undefined);
  const yaml = stringify(Object.fromEntries(said), { lineWidth: 100 }).trim();
  const longest = Math.max(2, ...[...yaml.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}yaml\n${yaml}\n${fence}\n`;
}
