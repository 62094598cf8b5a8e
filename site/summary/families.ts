import { TOPICS } from '../../memory/topics.ts';
import type { Experiment } from './experiments.ts';

const WORDS = Object.entries(TOPICS).map(([name, words]): [string, RegExp] => [
  name,
  new RegExp(`(^|[^\\p{L}\\p{N}])(${words.join('|')})([^\\p{L}\\p{N}]|$)`, 'iu'),
]);

/** Experiments by what their title is about, in the words of the memory's pages; those of no topic are together. */
export function familiesOf(experiments: readonly Experiment[]): [name: string, Experiment[]][] {
  const families = new Map<string, Experiment[]>();
  const add = (name: string, one: Experiment) => {
    const own = families.get(name);
    if (own) own.push(one);
    else families.set(name, [one]);
  };
  for (const one of experiments) {
    const about = WORDS.filter(([, words]) => words.test(one.title));
    for (const [name] of about) add(name, one);
    if (about.length === 0) add('Other', one);
  }
  return [...families];
}
