import { bpb } from '../../../core/text/loss.ts';
import { count, pullNames } from '../../../core/text/plural.ts';
import { type Ancestor, ancestorsOf, depthOf, familiesByPull, stemOf } from '../../summary/lineage.ts';
import type { Summary } from '../../summary/summary.ts';
import { fixed, percent } from '../frame.ts';
import type { Branch, View } from '../view.ts';
import { tree } from './tree.ts';

/** Ancestors of the record that are listed. */
const LISTED = 60;

/** Which ideas led to the record, and what stands on it. */
export function lineageView(summary: Summary): View {
  const families = familiesByPull(summary.experiments);
  const steps = stemOf(summary, families);
  const said = summary.experiments.filter(({ buildsOn }) => buildsOn.length > 0).length;
  const branching =
    said === 0
      ? 0
      : [...families.children.values()].reduce((sum, own) => sum + own.length, 0) / families.children.size;
  const { pull } = summary.record.holder;
  const title = 'Lineage';
  return {
    id: 'lineage',
    title,
    question: 'Which ideas led here, and who stands on whom?',
    finding:
      summary.experiments.length === 0
        ? 'Nothing stands on the first file yet.'
        : `${count(steps.length - 1, 'record')} after the first file, ${steps.reduce((sum, { chain }) => sum + chain.length, 0)} adopted changes certified with them, ${summary.chain.length} adopted since. ${percent(said / summary.experiments.length)} of all experiments say what they build on: at most ${depthOf(families)} generations, ${fixed(branching, 1)} on each that is built on.`,
    reading:
      'The full line is the record, from left to right; each was measured against the one before. An arc is what its author says it builds on: a claim. Beneath a record stand the adopted changes that were certified with it (◇) and other pull requests that its author names (·). Rings at the right end are adopted since, and not certified. All other experiments are the numbers at the foot: verdicts while the record held. Of many records the latest are drawn; the table has all.',
    plot: (size) => tree(steps, summary.chain, size, title),
    table: {
      columns: [
        'record',
        'since',
        'val_bpb',
        'title',
        'certified with',
        'author builds on',
        'verdicts',
        'of these failed',
        'build on it',
      ],
      rows: steps
        .toReversed()
        .map(({ holder, chain, named, tries, failed, built }) => [
          holder.pull === null ? 'first' : `#${holder.pull}`,
          holder.at.slice(0, 10),
          bpb(holder.valBpb),
          holder.title,
          pullNames(chain),
          pullNames(named),
          ...[tries, failed, built],
        ]),
    },
    tree:
      pull === null
        ? null
        : {
            name: 'What the record stands on, by the words of the authors',
            root: branchOf(ancestorsOf(families, pull, LISTED)),
          },
  };
}

function branchOf({ pull, experiment, parents }: Ancestor): Branch {
  const words = experiment
    ? `${experiment.title}: ${experiment.verdict}${experiment.valBpb === null ? '' : `, ${bpb(experiment.valBpb)}`}`
    : 'no result';
  return { name: `#${pull}`, words, under: parents.map(branchOf) };
}
