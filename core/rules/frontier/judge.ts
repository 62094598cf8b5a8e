import type { Estimate } from './estimate.ts';
import type { Gains } from './gains.ts';
import { FRONTIER, type FrontierRule } from './parameters.ts';
import { type Posterior, posterior } from './posterior.ts';
import { outlook, worthWithOneMore } from './worth.ts';

/** A run of a candidate. */
export interface CandidateRun {
  owner: string;
  /** Validation loss in bits per byte, corrected for its machine's offset. */
  loss: number;
}

/** One candidate, measured at least once. Losses in bits per byte. */
export interface Candidacy {
  /** The file it was changed from, as it is known now, without what this candidate's runs say of it. */
  base: Estimate;
  /**
   * How the base stands to the frontier of now: it is its head; it holds all of its changes and more (a composition on one that was
   * dropped); or the frontier has moved on, and holds changes that the candidate has not.
   */
  standing: { at: 'head' } | { at: 'beyond'; head: Estimate } | { at: 'behind' };
  runs: readonly CandidateRun[];
  /** How many owners have a machine for the track: only they can be asked. */
  owners: number;
  /** Standard deviation of one run on the track. */
  sigma: number;
  /** What this author's candidates are worth (`learnGains`). */
  gains: Gains;
  /** What candidates of this track are worth; the price of a run follows from it. */
  track: Gains;
  rule?: FrontierRule;
}

export type Judgement =
  /** One run more may change the decision, and is worth more than a new candidate's. */
  | { kind: 'measure'; notOwners: string[]; why: 'close' | 'striking'; seen: Seen }
  /** Expected to be better than the head: the next link, an estimate as good as its evidence. */
  | { kind: 'adopt'; candidate: Estimate; base: Estimate; seen: Seen }
  /** Expected to be better than its own base, which is not the head: to be put onto the head, and measured there. */
  | { kind: 'compose'; base: Estimate; seen: Seen }
  | { kind: 'reject'; base: Estimate; seen: Seen };

/** What the runs say; bits per byte. Belongs into comment and record. */
export interface Seen {
  /** Expected gain over its base, and its standard deviation. */
  gain: number;
  deviation: number;
  /** For `learnGains`, in sigmas. */
  shown: number;
  variance: number;
}

/** What to do with a candidate: adopt it on little evidence, since the frontier is a guess; but no lie of an owner's that would matter. */
export function judge(given: Candidacy): Judgement {
  const { sigma, gains, runs, base } = given;
  const rule = given.rule ?? FRONTIER;
  const known = base.variance / sigma ** 2;
  const seenIn = (chosen: readonly CandidateRun[]) => {
    const shown = (base.loss - mean(chosen)) / sigma;
    return { runs: chosen.length, shown, says: posterior(gains, shown, known, 1 / chosen.length) };
  };
  const all = seenIn(runs);
  const owners = [...new Set(runs.map((run) => run.owner))];
  const others = given.owners > 1; // a track with one owner has no other to ask
  const striking =
    others &&
    owners.some((owner) => seenIn(runs.filter((run) => run.owner === owner)).says.gain > rule.strikingSigmas);
  if (striking && owners.length < 2)
    return { kind: 'measure', notOwners: owners, why: 'striking', seen: inBits(all, known, sigma) };
  // Where an owner's machines show a striking gain: as it looks without the owner who makes it look best.
  const counted = striking
    ? owners
        .map((owner) => seenIn(runs.filter((run) => run.owner !== owner)))
        .reduce((least, one) => (one.says.gain < least.says.gain ? one : least))
    : all;
  const seen = inBits(all, known, sigma);
  const { says } = counted;
  // Two disagree: a third owner decides who is right.
  if (striking && says.gain <= 0 && owners.length < Math.min(3, given.owners))
    return { kind: 'measure', notOwners: owners, why: 'striking', seen };

  const more = worthWithOneMore(gains, says, counted.shown, counted.runs, known);
  const price = outlook(given.track, known + 1).gain;
  const decided = Math.max(0, says.gain);
  if (runs.length < rule.runsPerCandidate && more - decided > price)
    return { kind: 'measure', notOwners: [], why: 'close', seen };

  const judged = { seen: inBits(counted, known, sigma), base: baseAfter(base, says, sigma) };
  if (says.gain <= 0) return { kind: 'reject', ...judged };
  // A composition is measured once more, so it must be worth that run.
  if (given.standing.at === 'behind') return { kind: more > price ? 'compose' : 'reject', ...judged };
  // What is believed in the end are all runs, where they stand without any one owner.
  const candidate = candidateAfter(base, all.says, sigma);
  const { standing } = given;
  const better = standing.at === 'head' || candidate.loss < standing.head.loss;
  return better ? { kind: 'adopt', candidate, ...judged } : { kind: 'reject', ...judged };
}

function baseAfter(base: Estimate, says: Posterior, sigma: number): Estimate {
  return { loss: base.loss - says.baseError * sigma, variance: says.baseVariance * sigma ** 2 };
}

function candidateAfter(base: Estimate, says: Posterior, sigma: number): Estimate {
  return {
    loss: base.loss - (says.baseError + says.gain) * sigma,
    variance: (says.gainVariance + says.baseVariance + 2 * says.covariance) * sigma ** 2,
  };
}

function inBits(
  { shown, runs, says }: { shown: number; runs: number; says: Posterior },
  known: number,
  sigma: number,
): Seen {
  return {
    gain: says.gain * sigma,
    deviation: Math.sqrt(says.gainVariance) * sigma,
    shown,
    variance: known + 1 / runs,
  };
}

function mean(runs: readonly CandidateRun[]): number {
  return runs.reduce((sum, run) => sum + run.loss, 0) / runs.length;
}
