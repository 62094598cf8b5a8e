import { type Evidence, evidenceOf, weigh, zScore } from './evidence.ts';
import { ANYWHERE, countedConfirmations, type Placement } from './owners.ts';
import { type Case, type MeasuredRun, RULE, type Rule } from './rule.ts';
import { improved, notMerged, pinned, type Ruling } from './ruling.ts';
import { logLikelihoodRatio } from './statistics.ts';

/** What to do with an experiment, given all runs so far: measure more, or say a verdict. */
export type Decision = Measure | Ruling;

export interface Measure {
  kind: 'measure';
  stage: 'baseline' | 'explore' | 'confirm';
  /** How many runs of the stage there must be, those at hand and those under way included. */
  runs: number;
  placement: Placement;
  why: string;
  evidence: Evidence | null;
}

/**
 * Explore one run at a time by a sequential likelihood ratio, then confirm by fresh runs on several owners' machines. Pure;
 * asking twice changes nothing, and once a confirming run exists the experiment stays in that stage.
 */
export function decide(given: Case): Decision {
  const rule = given.rule ?? RULE;
  const explored = given.candidate.filter((run) => run.stage === 'explore');
  const confirmed = given.candidate.filter((run) => run.stage === 'confirm');
  const runs = [...explored, ...confirmed];

  if (pinnedSeed(runs)) return pinned(runs);
  const missing = rule.incumbentRuns - given.incumbent.length;
  if (missing > 0) {
    const why = `the incumbent has ${given.incumbent.length} of the ${rule.incumbentRuns} runs a comparison needs`;
    return {
      kind: 'measure',
      stage: 'baseline',
      runs: rule.incumbentRuns,
      placement: ANYWHERE,
      why,
      evidence: null,
    };
  }
  if (confirmed.length > 0) return confirm(given, rule, explored, confirmed, rule.confirmRuns);
  return explore(given, rule, explored);
}

/** Two seeds, one loss to the last digit: the file ignores its seed. */
function pinnedSeed(runs: readonly MeasuredRun[]): boolean {
  const seedOf = new Map<number, number>();
  return runs.some((run) => {
    const seed = seedOf.get(run.valBpb);
    seedOf.set(run.valBpb, run.seed);
    return seed !== undefined && seed !== run.seed;
  });
}

function explore(given: Case, rule: Rule, runs: MeasuredRun[]): Decision {
  if (runs.length === 0) return exploreUpTo(1, 'not measured yet', null);
  const evidence = evidenceOf(given, runs);
  const ratio = (difference: number, candidateRuns: number) =>
    logLikelihoodRatio({
      difference,
      effect: rule.effectSigmas * evidence.sigma,
      variance: evidence.sigma ** 2,
      candidateRuns,
      incumbentRuns: evidence.incumbentRuns,
    });
  const now = ratio(evidence.effect.estimate, runs.length);
  if (now >= rule.exploreBound) {
    return confirmations(given, rule.confirmRuns, rule.confirmRuns, evidence, 'exploring looked promising');
  }
  if (now > -rule.exploreBound && runs.length < rule.exploreRuns) {
    const why = `${runs.length} of at most ${rule.exploreRuns} exploring runs leave it open`;
    return exploreUpTo(runs.length + 1, why, evidence);
  }
  const code = now <= -rule.exploreBound ? 'no-gain' : 'undecided';
  const changes = (difference: number, n: number) => ratio(difference, n) >= rule.exploreBound;
  return notMerged({ runs, fresh: [], evidence, code, changes });
}

function confirm(
  given: Case,
  rule: Rule,
  explored: MeasuredRun[],
  confirmed: MeasuredRun[],
  wanted: number,
): Decision {
  const strangers = new Set(confirmed.map((run) => run.owner).filter((owner) => owner !== given.author));
  const singleOwner = given.fewOwners === 'accept' && strangers.size < 2;
  const counted = singleOwner ? confirmed : countedConfirmations(confirmed, given.author, wanted / 2);
  const fresh = counted.slice(0, wanted);
  const counting = [...explored.filter((run) => singleOwner || run.owner !== given.author), ...fresh];
  if (fresh.length < wanted) {
    const evidence = counting.length > 0 ? evidenceOf(given, counting) : null;
    const why = wanted > rule.confirmRuns ? 'the gain leans on one owner' : 'exploring looked promising';
    const runs = confirmed.length + wanted - fresh.length;
    return confirmations(given, wanted, runs, evidence, why);
  }

  const evidence = evidenceOf(given, counting);
  const all = weigh(given, counting);
  const changes = (toPass: boolean) => (difference: number, n: number) =>
    zScore({ ...all, difference }, all.values, n) >= rule.allZ === toPass;
  const passes =
    zScore(weigh(given, fresh), all.values) >= rule.confirmZ && zScore(all, all.values) >= rule.allZ;
  if (!passes)
    return notMerged({ runs: counting, fresh, evidence, code: 'not-confirmed', changes: changes(true) });

  const leaning = singleOwner ? null : leansOn(given, rule, counting, all.values);
  if (leaning === null) {
    // The gain is told by the fresh runs alone: exploring chose this candidate for its luck.
    return improved({ fresh, evidence: evidenceOf(given, fresh), singleOwner, changes: changes(false) });
  }
  const missing = rule.incumbentRuns - leaning.incumbentRuns;
  if (missing > 0) return baselineElsewhere(given, leaning.owner, missing, evidence);
  if (wanted === rule.confirmRuns) return confirm(given, rule, explored, confirmed, 2 * rule.confirmRuns);
  return notMerged({ runs: counting, fresh, evidence, code: 'leans-on-one-owner', changes: changes(true) });
}

/**
 * The first owner without whom the gain is no longer shown: what the others measured, of candidate, incumbent and noise,
 * must reach the threshold by itself. So no owner alone can turn a refusal into a merge, whatever their machines say.
 */
function leansOn(given: Case, rule: Rule, runs: MeasuredRun[], spread: readonly number[]) {
  for (const owner of new Set([...given.incumbent, ...runs].map((run) => run.owner))) {
    const incumbentRuns = given.incumbent.filter((run) => run.owner !== owner).length;
    if (incumbentRuns < 2) return { owner, incumbentRuns };
    if (!(zScore(weigh(given, runs, owner), spread) >= rule.othersZ)) return { owner, incumbentRuns };
  }
  return null;
}

function exploreUpTo(runs: number, why: string, evidence: Evidence | null): Measure {
  return { kind: 'measure', stage: 'explore', runs, placement: ANYWHERE, why, evidence };
}

function confirmations(
  given: Case,
  wanted: number,
  runs: number,
  evidence: Evidence | null,
  why: string,
): Measure {
  const placement = { notOwners: [given.author], perOwner: wanted / 2 };
  return { kind: 'measure', stage: 'confirm', runs, placement, why, evidence };
}

function baselineElsewhere(given: Case, owner: string, missing: number, evidence: Evidence): Measure {
  return {
    kind: 'measure',
    stage: 'baseline',
    runs: given.incumbent.length + missing,
    placement: { notOwners: [owner], perOwner: Number.MAX_SAFE_INTEGER },
    why: `too few of the incumbent's runs are by others than ${owner}`,
    evidence,
  };
}
