import { NO_OWNER } from '../../owner.ts';
import type { Measure } from '../acceptance/next-runs.ts';
import { perOwner } from '../acceptance/owners.ts';
import type { Case, MeasuredRun } from '../acceptance/rule.ts';
import type { Ruling } from '../acceptance/ruling.ts';
import { decide } from '../acceptance/sequential.ts';
import type { Link } from './chain.ts';
import { type Estimate, estimateOf, measuredOrReplaced } from './estimate.ts';
import { FRONTIER, type FrontierRule } from './parameters.ts';

/**
 * A chain is certified at once: its head against main's incumbent, by the rule that certifies a single file, over fresh runs of its
 * own. What was measured when its links were adopted does not count, since each of them was adopted for its luck.
 */

/** Whether the chain is measured for certification now. */
export function dueForCertification(given: {
  chain: readonly Link[];
  main: Estimate;
  sigma: number;
  /** The track's runs since the last certification began, of whatever purpose. */
  runsSince: number;
  rule?: FrontierRule;
}): boolean {
  const rule = given.rule ?? FRONTIER;
  const { chain, sigma } = given;
  const head = chain.at(-1);
  if (head === undefined || head.tried) return false;
  const gain = (given.main.loss - head.estimate.loss) / sigma;
  if (gain >= rule.certifySigmas && head.gain / sigma >= rule.certifyAloneSigmas) return true;
  if (given.runsSince * rule.certifyShare < rule.certifyRuns) return false;
  return gain >= rule.certifySigmas || (gain > 0 && chain.length >= rule.longestChain);
}

/**
 * Owners whose runs do not certify the chain: those who wrote half of its links or more, unless the track has no other owner and accepts that.
 * Who wrote fewer may confirm what is mostly others' work: the gain stands without them in any case.
 */
export function ownersLeftOut(chain: readonly Pick<Link, 'author'>[]): string[] {
  const links = new Map<string, number>();
  for (const { author } of chain) {
    const owner = author.toLowerCase(); // as runners are named
    links.set(owner, (links.get(owner) ?? 0) + 1);
  }
  return [...links].filter(([, count]) => 2 * count >= chain.length).map(([author]) => author);
}

export type Certification =
  /** Fresh runs of the head on several owners' machines, or what else the acceptance rule asks for. */
  | { kind: 'measure'; measure: Measure }
  /** Main moves to the head; `ruling.record` are its runs from now on. */
  | { kind: 'certified'; ruling: Ruling; head: Estimate }
  /** The frontier goes back to main. */
  | { kind: 'refuted'; ruling: Ruling; head: Estimate }
  /** Better than main as far as is known, and not shown: the chain grows on. */
  | { kind: 'open'; ruling: Ruling; head: Estimate };

/** All that the certification of a chain may look at. */
export interface ChainCase extends Omit<Case, 'author' | 'rule'> {
  chain: readonly Pick<Link, 'author'>[];
  /** Runs of the head of stage `confirm`, ordered for this, in the order they ended. */
  candidate: readonly MeasuredRun[];
  /** The estimates of head and main without those. */
  head: Estimate;
  main: Estimate;
  sigma: number;
}

export function certify(given: ChainCase, rule: FrontierRule = FRONTIER): Certification {
  const notOwners = ownersLeftOut(given.chain);
  // To the acceptance rule the first of them is the author; a second has half of the links, too.
  const [author = NO_OWNER, second] = notOwners;
  const left = given.candidate.filter((run) => run.owner !== second);
  if (left.length === 0) {
    const placement = { notOwners, perOwner: perOwner(rule.certifyRuns) };
    const why = 'the chain has gained enough to be certified';
    const first = { stage: 'confirm', runs: rule.certifyRuns, placement, why, evidence: null } as const;
    return { kind: 'measure', measure: { kind: 'measure', ...first } };
  }
  const decision = decide({ ...given, author, candidate: left });
  if (decision.kind === 'measure') {
    if (decision.stage === 'baseline') return { kind: 'measure', measure: decision };
    const { placement } = decision;
    const allowed = { ...placement, notOwners: [...new Set([...placement.notOwners, ...notOwners])] };
    const runs = decision.runs + given.candidate.length - left.length;
    return { kind: 'measure', measure: { ...decision, runs, placement: allowed } };
  }
  const losses = believed(
    left.filter((run) => run.owner !== author),
    given.sigma,
    rule,
  );
  const head = measuredOrReplaced(given.head, losses, given.sigma, rule.surprise);
  if (decision.verdict === 'improved') return { kind: 'certified', ruling: decision, head };
  const refuted = decision.verdict === 'invalid' || head.loss >= given.main.loss;
  return { kind: refuted ? 'refuted' : 'open', ruling: decision, head };
}

/** Without an owner whose runs are too good to be the same file's as the others': to keep a chain from being refuted takes two, too. */
function believed(runs: readonly MeasuredRun[], sigma: number, rule: FrontierRule): number[] {
  const striking = [...new Set(runs.map((run) => run.owner))].find((owner) => {
    const own = runs.filter((run) => run.owner === owner).map((run) => run.valBpb);
    const others = runs.filter((run) => run.owner !== owner).map((run) => run.valBpb);
    if (others.length === 0) return false;
    const [one, rest] = [estimateOf(own, sigma), estimateOf(others, sigma)];
    return rest.loss - one.loss > rule.surprise * Math.sqrt(one.variance + rest.variance);
  });
  return runs.filter((run) => run.owner !== striking).map((run) => run.valBpb);
}
