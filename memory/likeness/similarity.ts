import { tidy } from '../../core/python/tidy.ts';
import { changedLines } from '../index/diff-words.ts';

/** How similar two changes or two hypotheses are, from 0 (nothing in common) to 1 (the same). Pure. */

const TOKEN = /[A-Za-z_]\w*|\d+(?:\.\d+)?(?:e[+-]?\d+)?|\*\*|\/\/|[^\s\w]/g;
const EMPTY_WORDS = new Set(
  'a an and are as at be because but by can for from has have if in into is it its more of on or should so than that the then this to was we which will with would'.split(
    ' ',
  ),
);

/**
 * A diff as pairs of neighbouring tokens in each changed line, with the line's sign. Comments do not count.
 * @param without a diff whose lines do not count either: what others have changed
 */
export function diffFeatures(diff: string, without = ''): Set<string> {
  const left = new Set(changedLines(without));
  return lineFeatures(changedLines(diff).filter((line) => !left.has(line)));
}

/** The same for two whole files, by the lines that only one of them has. It is quick, however much was changed. */
export function editFeatures(old: string, present: string): Set<string> {
  const [before, after] = [tidy(old), tidy(present)];
  const left = new Map<string, number>();
  for (const line of before.split('\n')) left.set(line, (left.get(line) ?? 0) + 1);
  const added = after.split('\n').filter((line) => {
    const kept = left.get(line) ?? 0;
    if (kept > 0) left.set(line, kept - 1);
    return kept === 0;
  });
  const removed = [...left].filter(([, count]) => count > 0).map(([line]) => `-${line}`);
  return lineFeatures([...removed, ...added.map((line) => `+${line}`)]);
}

/** The base that a file differs from least, and how: the one that it was changed from, where nothing else says it. The first of equals. */
export function nearest(bases: readonly string[], present: string): { base: string; features: Set<string> } {
  const each = bases.map((base) => ({ base, features: editFeatures(base, present) }));
  return each.reduce((least, one) => (one.features.size < least.features.size ? one : least));
}

/** A line with other blanks is not a change. */
function lineFeatures(lines: string[]): Set<string> {
  const changes = new Map<string, { tokens: string[]; sum: number }>();
  for (const line of lines) {
    const tokens = line.slice(1).replace(/#.*$/, '').match(TOKEN) ?? [];
    const key = tokens.join(' ');
    const change = changes.get(key) ?? { tokens, sum: 0 };
    changes.set(key, { tokens, sum: change.sum + (line[0] === '+' ? 1 : -1) });
  }
  const features = new Set<string>();
  for (const { tokens, sum } of changes.values()) {
    if (sum === 0) continue;
    tokens.forEach((token, i) => {
      features.add(`${sum > 0 ? '+' : '-'} ${tokens[i - 1] ?? ''} ${token}`);
    });
  }
  return features;
}

/** The meaningful words of a text, cut to the start of their stems, so that `halving` matches `halve`. */
export function wordFeatures(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+(?:\.\p{N}+)?/gu) ?? [];
  return new Set(
    words.filter((word) => !EMPTY_WORDS.has(word)).map((word) => word.replace(/(ing|ed|es|e|s)$/, '')),
  );
}

/** Jaccard's index: the share of both that is common. Two empty sets have nothing in common. */
export function alike(a: Set<string>, b: Set<string>): number {
  const common = [...a].filter((feature) => b.has(feature)).length;
  const all = a.size + b.size - common;
  return all === 0 ? 0 : common / all;
}

/** From this value on, two diffs or hypotheses cause a warning. */
export const ALIKE = 0.5;
