import { inline } from '../../core/text/harmless/github.ts';
import type { Experiment } from '../experiment.ts';
import type { Topic } from '../topics.ts';

/**
 * What is known of one topic, as Markdown lists: the first `each` experiments of each kind.
 * @param root the way from the page's folder to the repository's own pages on GitHub
 */
export function listsOf(topic: Topic, each: number, root: string): string {
  const parts = [
    part('Worked', topic.worked.slice(0, each), delta, root),
    part('Adopted as a guess, not certified', topic.adopted.slice(0, each), delta, root),
    part('Could still hide something', topic.open.slice(0, each), delta, root),
    part('Did not work', topic.failed.slice(0, each), delta, root),
    part(
      'Failed to run',
      topic.crashed.slice(0, each),
      (one) => inline(one.exception ?? one.reason, 60),
      root,
    ),
  ];
  return parts.join('');
}

/** e.g. `3 inconclusive, 40 regressed`. */
export function countsOf(topic: Topic): string {
  return Object.entries(topic.counts)
    .map(([verdict, n]) => `${n} ${verdict}`)
    .join(', ');
}

export function total(topic: Topic): number {
  return Object.values(topic.counts).reduce((sum, n) => sum + n, 0);
}

function part(
  name: string,
  experiments: Experiment[],
  note: (one: Experiment) => string,
  root: string,
): string {
  if (experiments.length === 0) return '';
  const lines = experiments.map(
    (one) =>
      `  - [#${one.pull}](${root}pull/${one.pull}) ${inline(one.change ?? one.title, 70)}: ${note(one)}${learned(one)}`,
  );
  return `- ${name}:\n${lines.join('\n')}\n`;
}

function learned({ insights }: Experiment): string {
  return insights === 0 ? '' : `; ${insights} insight${insights === 1 ? '' : 's'} there`;
}

function delta(one: Experiment): string {
  if (one.delta === null) return 'no loss';
  return `${one.delta > 0 ? '+' : ''}${one.delta.toFixed(4)}`;
}
