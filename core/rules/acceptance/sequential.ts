import type { Reason } from '../../formats/reasons.ts';
import { incumbentAsked, offsetsAsked, pinnedAsked, ratioAsked, repeatsAsked } from './asked.ts';
import { confirm } from './confirm.ts';
import { evidenceOf, weigh } from './evidence.ts';
import { confirmUpTo, exploreUpTo, type Measure, measureIncumbent } from './next-runs.ts';
import { repeatedReports } from './repeated.ts';
import { type Case, type MeasuredRun, RULE, type Rule } from './rule.ts';
import { notMerged, pinned, type Ruling } from './ruling.ts';
import { logLikelihoodRatio } from './statistics.ts';

/** What to do with an experiment, given all runs so far: measure more, or say a verdict. `because`: what was asked for it. */
export type Decision = (Measure | Ruling) & { because: Reason[] };

/**
 * Explore one run at a time by a sequential likelihood ratio, then confirm by fresh runs on several owners' machines. Pure;
 * asking twice changes nothing, and once a confirming run exists the experiment stays in that stage.
 */
export function decide(given: Case): Decision {
  const rule = given.rule ?? RULE;
  const all = given.candidate.filter((run) => run.stage === 'explore' || run.stage === 'confirm');
  const { pinned: ignoresSeed, suspects } = repeatedReports(all, ownersOf(given));
  if (ignoresSeed) return { ...pinned(all), because: [pinnedAsked(all)] };
  const counted = all.filter((run) => !suspects.includes(run));
  const decision = besides(suspects, decideOn({ ...given, candidate: counted }, rule));
  return { ...decision, because: [repeatsAsked(all, suspects), ...decision.because] };
}

function decideOn(given: Case, rule: Rule): Decision {
  const explored = given.candidate.filter((run) => run.stage === 'explore');
  const confirmed = given.candidate.filter((run) => run.stage === 'confirm');
  const asked = incumbentAsked(given.incumbent.length, rule);
  const missing = rule.incumbentRuns - given.incumbent.length;
  if (missing > 0) {
    const why = `the incumbent has ${given.incumbent.length} of the ${rule.incumbentRuns} runs a comparison needs`;
    return { ...measureIncumbent(given, missing, [], why, null), because: [asked] };
  }
  const decision =
    confirmed.length > 0 ? confirm(given, rule, explored, confirmed) : explore(given, rule, explored);
  return { ...decision, because: [asked, ...decision.because] };
}

/** What is measured in place of runs that repeat another's report is measured by others. */
function besides(suspects: readonly MeasuredRun[], decision: Decision): Decision {
  if (decision.kind !== 'measure' || decision.stage === 'baseline') return decision;
  const here = suspects.filter((run) => run.stage === decision.stage).length;
  const { placement } = decision;
  const notOwners = [...new Set([...placement.notOwners, ...suspects.map((run) => run.owner)])];
  return { ...decision, runs: decision.runs + here, placement: { ...placement, notOwners } };
}

function ownersOf({ fewOwners, candidate, incumbent }: Case) {
  const owners = new Set([...candidate, ...incumbent].map((run) => run.owner)).size;
  return { owners, onlyOwner: fewOwners === 'accept' && owners === 1 };
}

function explore(given: Case, rule: Rule, runs: MeasuredRun[]): Decision {
  if (runs.length === 0) return { ...exploreUpTo(1, 'not measured yet', null), because: [] };
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
  const because = [offsetsAsked(weigh(given, runs).offsets), ratioAsked(now, rule)];
  if (now >= rule.exploreBound)
    return {
      ...confirmUpTo(given, rule.confirmRuns, rule.confirmRuns, 'exploring looked promising', evidence),
      because,
    };
  if (now > -rule.exploreBound && runs.length < rule.exploreRuns) {
    const why = `${runs.length} of at most ${rule.exploreRuns} exploring runs do not decide it yet`;
    return { ...exploreUpTo(runs.length + 1, why, evidence), because };
  }
  const code = now <= -rule.exploreBound ? 'no-gain' : 'undecided';
  const changes = (difference: number, n: number) => ratio(difference, n) >= rule.exploreBound;
  return { ...notMerged({ runs, fresh: [], evidence, code, changes }), because };
}
