import { count } from '../../text/plural.ts';
import type { Evidence } from './evidence.ts';
import type { Ruling } from './ruling.ts';
import { mean } from './statistics.ts';

/** A ruling in plain words and a plot, for the comment and the check run. */

/** One line: `improved by 0.0021 +- 0.0006 (8 runs, 3 owners)`; the figure after +- is one standard error. */
export function headline(
  ruling: Pick<Ruling, 'verdict' | 'singleOwner'> & {
    evidence: Pick<Evidence, 'candidateRuns' | 'owners' | 'effect'> | null;
  },
): string {
  const { evidence } = ruling;
  if (!evidence) return 'invalid: equal losses or weights under different seeds';
  const { estimate, standardError } = evidence.effect;
  const change = `${estimate < 0 ? 'worse' : 'better'} by ${bits(Math.abs(estimate))} +- ${bits(standardError)}`;
  const runs = `(${count(evidence.candidateRuns, 'run')}, ${count(evidence.owners, 'owner')})`;
  const marked = ruling.singleOwner ? `${runs}, single owner` : runs;
  return ruling.verdict === 'improved'
    ? `improved by ${bits(estimate)} +- ${bits(standardError)} ${marked}`
    : `${ruling.verdict}: ${change} ${marked}`;
}

/** A few sentences: why this verdict, how sure, and what more runs could do. */
export function inWords(ruling: Ruling): string {
  const { evidence } = ruling;
  if (!evidence)
    return 'Runs with different seeds gave the same loss or weights to the last digit, on machines of several owners: the file ignores its seed.';
  const { low, high } = evidence.effect;
  const why = {
    confirmed: 'Fresh runs confirmed the gain, and it stands without any one owner.',
    worse: 'A gain is ruled out (one-sided, 95 %).',
    'no-gain': `A gain of two sigma (${bits(2 * evidence.sigma)}) is unlikely.`,
    undecided: 'The runs point neither to a gain of two sigma nor against it.',
    'not-confirmed': 'It looked promising, and fresh runs did not show it.',
    'leans-on-one-owner': "It looks like a gain, and without one owner's machines it is not shown.",
    unguided:
      'It looks like a gain, and too few machines could compare its answers with the incumbent’s, which they had not measured.',
    'pinned-seed': '',
  }[ruling.code];
  return [
    ruling.singleOwner ? 'Fresh runs confirmed the gain, all on machines of a single owner.' : why,
    `The effect lies between ${signed(low)} and ${signed(high)} (95 %, positive is better), where one run spreads by sigma = ${bits(evidence.sigma)}.`,
    ruling.couldHide > 0 && `A gain of up to ${bits(ruling.couldHide)} could still hide.`,
    ruling.moreRuns === null
      ? 'No reasonable number of further runs would change this.'
      : `${count(ruling.moreRuns, 'further run')} could change this, if they went the other way.`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** Candidate against incumbent on one axis, a line each: a digit where so many runs fall together, | at the mean. */
export function plot(candidate: readonly number[], incumbent: readonly number[], width = 48): string {
  const losses = [...candidate, ...incumbent];
  const low = Math.min(...losses);
  const high = Math.max(...losses);
  const column = (loss: number) =>
    high === low ? 0 : Math.round(((loss - low) / (high - low)) * (width - 1));
  const line = (name: string, values: readonly number[]) => {
    const cells = Array<string>(width).fill(' ');
    if (values.length > 0) cells[column(mean(values))] = '|';
    const counts = new Map<number, number>();
    for (const value of values) counts.set(column(value), (counts.get(column(value)) ?? 0) + 1);
    for (const [at, n] of counts) cells[at] = n === 1 ? 'o' : n > 9 ? '+' : String(n);
    return `${name.padEnd(10)} ${cells.join('').trimEnd()}`;
  };
  const scale = `${' '.repeat(11)}${bits(low)}${bits(high).padStart(Math.max(8, width - bits(low).length))}`;
  return [line('candidate', candidate), line('incumbent', incumbent), scale].join('\n');
}

/** Four decimals, more where the figure would vanish. */
function bits(value: number): string {
  return value !== 0 && Math.abs(value) < 0.00095 ? value.toFixed(5) : value.toFixed(4);
}

const signed = (value: number) => `${value < 0 ? '-' : '+'}${bits(Math.abs(value))}`;
