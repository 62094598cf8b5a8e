import { z } from 'zod';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';
import { inertLine } from '../../core/text/harmless/terminal.ts';
import { needFiles } from '../../memory/clone/clone.ts';
import { guessOf } from '../../memory/guess.ts';
import { SHOWN } from '../../memory/likeness/alike.ts';
import { similarProposalSchema, similarProposals } from '../../memory/likeness/proposals.ts';
import { findSimilar, similarSchema } from '../../memory/likeness/similar.ts';
import type { Memory } from '../../memory/memory.ts';
import { outcome } from '../../memory/near-miss.ts';
import { beginAt, judgedOver } from '../clone/begin.ts';
import { branchName, commitNothing, startBranch } from '../clone/branch.ts';
import { forkOf, push } from '../github/fork.ts';
import { proposalsIn } from '../github/proposals.ts';
import {
  CLAIM_MINUTES,
  type Claim,
  claimTitle,
  ideaLine,
  liveClaimsLike,
  MOST_CLAIM_MINUTES,
  minutesLine,
  type OpenRequest,
  openRequests,
} from '../github/requests.ts';
import { noted, theirs } from '../untrusted.ts';
import { verb } from '../verb.ts';
import { trainChanged } from '../working-tree.ts';
import { proposalLine } from './similar.ts';

const made = { text: z.string(), past: z.array(similarSchema), open: z.array(similarProposalSchema) };
const number = { number: z.int(), url: z.string() };
const claimSchema = z.strictObject({
  ...number,
  title: z.string(),
  author: z.string(),
  expiresAt: z.string(),
});

export const claim = verb({
  name: 'claim',
  summary: `say what you are about to try: a draft pull request that lapses after ${CLAIM_MINUTES} minutes without a push`,
  examples: [
    'claim "Warm Muon\'s momentum up over 300 steps"',
    'claim --idea 12 "Longer rotary base"',
    'claim --minutes 90 "A new attention kernel"',
  ],
  writes: 'adds',
  input: z.strictObject({
    words: z.array(z.string().min(1)).min(1).describe('what you are about to try'),
    idea: z.int().positive().optional().describe('the issue whose idea it is'),
    minutes: z
      .int()
      .min(1)
      .max(MOST_CLAIM_MINUTES)
      .default(CLAIM_MINUTES)
      .describe(`how long it lasts without a push, at most ${MOST_CLAIM_MINUTES}`),
    anyway: z.boolean().optional().describe('claim it even if someone else has claimed something similar'),
    certified: z.boolean().optional().describe('begin the branch at the record, not at the best guess'),
  }),
  positional: ['words'],
  output: z.union([
    z.strictObject({ claimed: z.literal(true), ...made, ...number, minutes: z.int(), lostTo: z.null() }),
    z.strictObject({ claimed: z.literal(false), ...made, ...number, lostTo: claimSchema }),
    z.strictObject({
      claimed: z.literal(false),
      ...made,
      number: z.null(),
      url: z.null(),
      lostTo: claimSchema,
    }),
  ]),
  async run(
    { context, github: connect, memory: remember },
    { words: said, idea, minutes, anyway, certified },
  ) {
    const text = said.join(' ');
    const github = await connect('write');
    needFiles(github.clone);
    using memory = await remember();
    const past = (await findSimilar(memory, { diff: '', hypothesis: text })).slice(0, SHOWN);
    const theirs = async () => (await openRequests(github)).filter((one) => one.author !== github.login);
    const claims = (requests: OpenRequest[]) =>
      liveClaimsLike(github, requests, { text, idea: idea ?? null }, context.now());
    const requests = await theirs();
    const words = { text: '', hypothesis: text };
    const open = similarProposals([''], words, proposalsIn(requests)).slice(0, SHOWN);
    const before = anyway ? [] : await claims(requests);
    if (before.length > 0)
      return {
        claimed: false as const,
        text,
        past,
        open,
        lostTo: shown(before[0]!),
        number: null,
        url: null,
      };

    const fork = await forkOf(github); // before anything is changed here
    const branch = branchName('claim', text, context.now());
    const { commit, keep } = await startAt(memory, github.login!, certified === true);
    await startBranch(github.clone, branch, commit, keep);
    const sha = await commitNothing(github.clone, github.login!, claimTitle(text));
    await push(github, fork, sha, branch);
    const { data } = await github.rest.pulls.create({
      ...github.home,
      title: claimTitle(text),
      head: `${fork.owner}:${branch}`,
      base: 'main',
      draft: true,
      body: `${['I am about to try this.', minutesLine(minutes), ...(idea === undefined ? [] : [ideaLine(idea)])].join('\n\n')}\n`,
    });
    // Of two claims in the same second, the lower number wins. Both see the same order.
    const first = anyway ? undefined : (await claims(await theirs())).find((one) => one.number < data.number);
    const made = { text, past, open, number: data.number, url: data.html_url };
    if (first === undefined) return { claimed: true as const, ...made, minutes, lostTo: null };
    await github.rest.pulls.update({ ...github.home, pull_number: data.number, state: 'closed' });
    return { claimed: false as const, ...made, lostTo: shown(first) };
  },
  render(value) {
    const lines = value.past.map(
      ({ experiment: one }) =>
        `similar, tried before: #${one.pull} ${outcome(one)}: ${theirs(one.title, 70)}`,
    );
    for (const one of value.open) lines.push(`similar: ${proposalLine(one)}`);
    if (value.lostTo) {
      const { number, author, title, expiresAt } = value.lostTo;
      lines.push(
        `${inertLine(author)} was first: #${number} ${theirs(title)}, until ${expiresAt}. Try something else, or --anyway.`,
      );
    } else
      lines.push(
        `#${value.number} is yours for ${value.minutes} minutes; every push starts the time again: ${value.url}`,
      );
    return noted(lines);
  },
  status: ({ claimed }) => (claimed ? 0 : 1),
});

/** Where the branch begins: at what agents build on, or at what the file that is changed here already was changed from. */
async function startAt(memory: Memory, login: string, certified: boolean) {
  const { repository, leaderboard } = memory;
  const track = leaderboard.primary;
  const work = (await trainChanged(repository)) ? await judgedOver(memory, track, certified) : null;
  if (work !== null) return { commit: await beginAt(memory, track, login, work), keep: TRAIN_PATH };
  const guess = certified ? null : guessOf(leaderboard, track);
  const commit = guess === null ? repository.commit : await beginAt(memory, track, login, guess.blob);
  return { commit, keep: null };
}

/** Another agent's claim: its text is theirs. */
function shown({ number, title, author, url, expiresAt }: Claim) {
  return { number, title, author, url, expiresAt };
}
