import { z } from 'zod';
import { holderSchema } from '../../core/formats/leaderboard.ts';
import { own } from '../../core/names.ts';
import { count } from '../../core/text/plural.ts';
import { experimentSchema } from '../../memory/experiment.ts';
import { type Guess, guessLine, guessOf, guessSchema } from '../../memory/guess.ts';
import { ancestorSchema, ancestorsOf, childrenOf, openEnds } from '../../memory/lineage.ts';
import type { Memory } from '../../memory/memory.ts';
import { experimentsNamed } from '../experiments.ts';
import { noted, theirs } from '../untrusted.ts';
import { verb } from '../verb.ts';
import { line } from './history.ts';

export const lineage = verb({
  name: 'lineage',
  summary:
    "main's records in order, the chain of guesses adopted since, and promising ends; with a number: what it builds on and what builds on it",
  examples: [
    'lineage',
    'lineage 42',
    'lineage --certified   # the records alone',
    'lineage --track h100 --limit 50 --json',
  ],
  input: z.strictObject({
    pull: z.int().positive().optional().describe('number of a pull request'),
    track: z.string().optional().describe('default: the primary track'),
    limit: z.int().min(1).max(1000).default(15).describe('most promising ends to show'),
    certified: z.boolean().optional().describe('the records alone, without the guesses'),
  }),
  positional: ['pull'],
  output: z.union([
    z.strictObject({
      kind: z.literal('one'),
      experiments: z.array(experimentSchema),
      ancestors: z.array(ancestorSchema),
      children: z.array(experimentSchema),
      heldAgainst: z.int(),
    }),
    z.strictObject({
      kind: z.literal('all'),
      track: z.string(),
      /** Records. */
      line: z.array(holderSchema),
      /** The best guess and its chain; null where nothing is adopted. */
      frontier: guessSchema.nullable(),
      /** Promising experiments that nothing builds on. */
      open: z.array(experimentSchema),
    }),
  ]),
  async run({ memory: open }, { pull, track, limit, certified }) {
    using memory = await open();
    if (pull !== undefined) return { kind: 'one' as const, ...family(memory, pull) };
    const name = track ?? memory.leaderboard.primary;
    const standing = own(memory.leaderboard.tracks, name);
    return {
      kind: 'all' as const,
      track: name,
      line: standing?.history ?? [],
      frontier: certified ? null : guessOf(memory.leaderboard, name),
      open: standing ? openEnds(memory.store, name, standing, limit) : [],
    };
  },
  render(value) {
    if (value.kind === 'one') {
      const above = value.ancestors.map(({ pull, experiment, generation }) => {
        const text = experiment === null ? `#${pull} (no record)` : line(experiment);
        return `${'  '.repeat(generation)}^ ${text}`;
      });
      const below = value.children.map((child) => `  > ${line(child)}`);
      const against = `${count(value.heldAgainst, 'experiment')} compared with it while it was the best`;
      return noted([...value.experiments.map(line), ...above, ...below, against]);
    }
    const kept = value.line.map(
      (one) =>
        `  ${one.valBpb.toFixed(4)} ${one.pull === null ? 'first file' : `#${one.pull}`} ${one.at.slice(0, 10)} ${theirs(one.title, 70)}`,
    );
    const ends = value.open.map((one) => `  ${line(one)}`);
    const endLines =
      ends.length > 0
        ? ['Promising (not on main, not adopted, and not built on yet):', ...ends]
        : ['Promising: none. All promising experiments are on main, adopted, or built on already.'];
    const onMain = kept.length > 0 ? kept : ['  nothing is measured yet'];
    return noted([`On main (${value.track}):`, ...onMain, ...chainLines(value.frontier), ...endLines]);
  },
});

/** The chain, from the record to the head: guesses, of which none is a record. */
function chainLines(guess: Guess | null): string[] {
  if (guess === null) return [];
  const links = guess.chain.map(
    (link) =>
      `  ${link.loss.toFixed(4)} (${link.low.toFixed(4)} to ${link.high.toFixed(4)}) #${link.pull} ${link.at.slice(0, 10)} on ${link.base.slice(0, 12)} ${theirs(link.title, 70)}`,
  );
  const certifying =
    guess.certifying === null ? '' : ` Being certified: the chain up to #${guess.certifying}.`;
  return [`Adopted since, not certified: ${guessLine(guess)}.${certifying}`, ...links];
}

function family(memory: Memory, pull: number) {
  const { store } = memory;
  const experiments = experimentsNamed(memory, pull);
  const { named, against } = childrenOf(store, pull);
  return { experiments, ancestors: ancestorsOf(store, pull), children: named, heldAgainst: against };
}
