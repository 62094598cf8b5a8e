import { judgeChain } from './chain.ts';
import { judgeFile } from './file.ts';
import { groundsOf } from './grounds.ts';
import type { FrontierCase, FrontierInput, Ruled } from './judgement.ts';

/** What runs say on a track with a frontier: of a file, or of the head of a chain that is certified. */
export function judgeOnFrontier(input: FrontierInput, of: FrontierCase): Ruled {
  const { sigma } = input.rules;
  if (sigma === undefined) throw new Error('a frontier needs a sigma');
  const grounds = groundsOf(input.standing, sigma);
  return of.kind === 'certification' ? judgeChain(input, of.link, grounds) : judgeFile(input, of, grounds);
}
