import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';
import { inertLine } from '../../core/text/harmless/terminal.ts';
import { type Alike, alikeSchema, alikeTo } from '../../memory/likeness/alike.ts';
import type { Proposal, SimilarProposal } from '../../memory/likeness/proposals.ts';
import type { Similar } from '../../memory/likeness/similar.ts';
import { outcome } from '../../memory/near-miss.ts';
import { currentBranch } from '../clone/branch.ts';
import type { GitHub } from '../github/client.ts';
import { openProposals } from '../github/proposals.ts';
import { readGiven } from '../read-given.ts';
import { noted, theirs } from '../untrusted.ts';
import { verb } from '../verb.ts';

export const similar = verb({
  name: 'similar',
  summary:
    'find experiments (with --fresh also open pull requests) with a similar change or hypothesis; the bot compares the same way',
  examples: [
    'similar --file train/train.py --hypothesis "Halving the batch doubles the steps."',
    'similar --file train/train.py --fresh   # also what is open on GitHub',
  ],
  input: z.strictObject({
    file: z.string().optional().describe(`the train.py in question; ${TRAIN_PATH} otherwise`),
    hypothesis: z.string().optional().describe('why the loss should go down'),
    track: z.string().optional().describe('default: the primary track'),
  }),
  positional: [],
  output: alikeSchema,
  async run({ memory: open, context, github, fresh, reads }, { file, hypothesis, track }) {
    using memory = await open();
    const path = file === undefined ? join(memory.repository.folder, TRAIN_PATH) : await reads(file);
    const text = (await readGiven(path, 'Name a readable file with --file.')).toString('utf8');
    const mine = { text, hypothesis: hypothesis ?? '', track: track ?? null };
    const proposals = await proposalsNow(context, fresh ? await github() : null, fresh);
    return await alikeTo(memory, mine, proposals);
  },
  render(value) {
    const lines = warnings(value);
    return lines.length === 0 ? 'No similar experiment is known.\n' : noted(lines);
  },
});

/** What others have open now. Empty without --fresh. */
export async function proposalsNow(
  context: Context,
  github: GitHub | null,
  fresh: boolean,
): Promise<Proposal[]> {
  if (github === null || !fresh) return [];
  if (github.token === null)
    context.err('Without a token only the words of open pull requests are compared, not their files.\n');
  return await openProposals(github, await currentBranch(github.clone));
}

/** A line each, e.g. `diff 80 % alike: #57 crashed (exception): ...`. */
export function warnings({ similar: found, open }: Alike): string[] {
  return [...found.map(resultLine), ...open.map(proposalLine)];
}

function resultLine({ experiment, ...parts }: Similar): string {
  const failed = ['crashed', 'timeout', 'diverged', 'invalid'].includes(experiment.verdict);
  const why = failed
    ? `; it failed: ${experiment.exception === null ? inertLine(experiment.reason, 120) : theirs(experiment.exception, 120)}`
    : '';
  return `${part(parts)} alike: #${experiment.pull} ${outcome(experiment)}: ${theirs(experiment.title, 70)}${why}`;
}

export function proposalLine({ number, title, url, ...parts }: SimilarProposal): string {
  return `${part(parts)} alike: #${number} open, not decided yet: ${theirs(title, 70)} ${inertLine(url, 200)}`;
}

function part({ diff, hypothesis }: { diff: number; hypothesis: number }): string {
  const share = Math.round(Math.max(diff, hypothesis) * 100);
  return `${diff >= hypothesis ? 'diff' : 'hypothesis'} ${share} %`;
}
