import type { Reason } from '../../formats/reasons.ts';
import { NO_OWNER } from '../../owner.ts';
import { gainAsked, guidedAsked, offsetsAsked, ownersAsked } from './asked.ts';
import { type Evidence, evidenceOf, weigh, zScore } from './evidence.ts';
import { guidanceOf } from './guided.ts';
import { confirmUpTo, type Measure, measureIncumbent } from './next-runs.ts';
import { countedConfirmations, perOwner } from './owners.ts';
import type { Case, MeasuredRun, Rule } from './rule.ts';
import { improved, notMerged, type Ruling } from './ruling.ts';

/**
 * Fresh runs in rounds, a look after each: merge what all runs show and go on showing without any one owner's, end what no longer
 * looks like a gain, else measure the incumbent better and begin another round, to as many as the rule has.
 */
export function confirm(
  given: Case,
  rule: Rule,
  explored: MeasuredRun[],
  confirmed: MeasuredRun[],
): (Measure | Ruling) & { because: Reason[] } {
  const { round, wanted, fresh, singleOwner } = roundOf(given, rule, confirmed);
  const counting = [...explored.filter((run) => singleOwner || run.owner !== given.author), ...fresh];
  const goOn = (to: number, why: string, evidence: Evidence | null, notBy?: readonly string[]) =>
    confirmUpTo(given, to, confirmed.length + to - fresh.length, why, evidence, notBy);
  if (fresh.length < wanted) {
    const evidence = counting.length > 0 ? evidenceOf(given, counting) : null;
    const why = round > 1 ? 'still promising' : 'exploring looked promising';
    return { ...goOn(wanted, why, evidence), because: [] };
  }

  const evidence = evidenceOf(given, counting);
  const all = weigh(given, counting);
  const changes = (toPass: boolean) => (difference: number, n: number) =>
    zScore({ ...all, difference }, all.values, n) >= rule.shownZ.at(-1)! === toPass;
  const ended = (code: 'not-confirmed' | 'leans-on-one-owner' | 'unguided') =>
    notMerged({ runs: counting, fresh, evidence, code, changes: changes(true) });

  const z = zScore(all, all.values);
  const bar = rule.shownZ[round - 1]!;
  const freshZ = zScore(weigh(given, fresh), all.values);
  const shown = z >= bar && freshZ >= rule.confirmZ;
  const promising = z >= rule.promisingZ;
  const weakest = singleOwner || !rule.noOwnerAlone ? null : withoutWhom(given, counting, all.values);
  const guidance =
    shown && (weakest === null || weakest.z >= bar) ? guidanceOf(given, counting, singleOwner) : null;
  const because = [
    offsetsAsked(all.offsets),
    gainAsked({ shown, promising }, { z, bar, fresh: freshZ }, rule),
    ownersAsked(weakest, bar),
    ...(guidance ? [guidedAsked(guidance)] : []),
  ];
  return { ...next(), because };

  function next(): Measure | Ruling {
    if (guidance) {
      const { enough, tooFew, unable } = guidance;
      if (!enough) {
        const why = 'a gain needs machines of two owners that compare its answers with the incumbent’s';
        const notBy = singleOwner ? [] : [given.author];
        if (tooFew !== null) return measureIncumbent(given, 1, [...notBy, ...tooFew], why, evidence);
        if (round < rule.shownZ.length) return goOn(wanted + rule.confirmRuns, why, evidence, unable);
        return ended('unguided');
      }
      // Only the fresh runs measure the gain: exploring chose this candidate for its luck.
      return improved({ fresh, evidence: evidenceOf(given, fresh), singleOwner, changes: changes(false) });
    }
    if (!promising) return ended('not-confirmed');

    // The incumbent first, by owners other than the weakest, then by any: its runs sharpen this comparison and every later one.
    const why = 'a promising gain needs as many runs of the incumbent as of the file';
    if (weakest !== null && weakest.incumbentRuns < rule.incumbentRuns) {
      const lacking = rule.incumbentRuns - weakest.incumbentRuns;
      return measureIncumbent(given, lacking, [weakest.owner], why, evidence);
    }
    const missing = Math.min(rule.incumbentPerConfirm * wanted, rule.incumbentKept) - given.incumbent.length;
    if (missing > 0) return measureIncumbent(given, missing, [], why, evidence);
    if (round < rule.shownZ.length) return goOn(wanted + rule.confirmRuns, 'still promising', evidence);
    return ended(shown ? 'leans-on-one-owner' : 'not-confirmed');
  }
}

/** The round these runs are in, and its fresh runs. A round that has begun is finished before it is judged. */
function roundOf(given: Case, rule: Rule, runs: MeasuredRun[]) {
  const confirmed = runs.filter((run) => run.owner !== NO_OWNER);
  const strangers = new Set(confirmed.map((run) => run.owner).filter((owner) => owner !== given.author));
  const singleOwner = given.fewOwners === 'accept' && strangers.size < 2;
  const upTo = (round: number) =>
    singleOwner
      ? confirmed
      : countedConfirmations(confirmed, given.author, perOwner(round * rule.confirmRuns));
  let round = 1;
  while (round < rule.shownZ.length && upTo(round + 1).length > round * rule.confirmRuns) round++;
  const wanted = round * rule.confirmRuns;
  return { round, wanted, fresh: upTo(round).slice(0, wanted), singleOwner };
}

/**
 * Leave-one-owner-out: the owner whose removal lowers z most, and the z that remains. The runs of all other owners (candidate,
 * incumbent and noise) must pass the threshold without this owner, so that no single owner can turn a refusal into a merge.
 * The candidate's spread is taken twice, from all runs and from the other owners' runs; the lower z counts.
 */
function withoutWhom(given: Case, runs: MeasuredRun[], spread: readonly number[]) {
  const zWithout = (owner: string) => {
    const left = weigh(given, runs, owner);
    if (left.incumbentLosses.length < 2 || left.values.length === 0) return Number.NEGATIVE_INFINITY;
    return Math.min(zScore(left, spread), zScore(left, left.values));
  };
  const owners = new Set([...given.incumbent, ...runs].map((run) => run.owner));
  return [...owners]
    .map((owner) => ({
      owner,
      z: zWithout(owner),
      incumbentRuns: given.incumbent.filter((run) => run.owner !== owner).length,
    }))
    .reduce((least, one) => (one.z < least.z ? one : least));
}
