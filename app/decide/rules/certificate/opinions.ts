import type { Rescore } from '../../../../core/formats/result.ts';
import type { RunResult } from '../../../../core/formats/run.ts';
import { heardOf } from '../../../model/heard.ts';
import type { RunState } from '../../../model/snapshot.ts';
import type { RunFacts } from '../../../model/state.ts';

/**
 * What other owners' machines say of the weights of one run. Two of three decide: a machine that scores once more must not keep a
 * gain out alone, and the one that measured must not bring it in alone.
 */
export interface Scored {
  first: RunFacts;
  /** Scorings by other owners, each owner's first, in the order they were asked for. */
  runs: RunResult[];
  agreeing: RunResult[];
  disagreeing: RunResult[];
  state: 'agreed' | 'refuted' | 'disputed';
}

/** Two sums of the same float32 claims differ by rounding alone, bits per byte. */
const SAME_SUM = 1e-6;
/** So many machines must say that it is not so. */
const REFUTE = 2;

/** @param author GitHub login in lower case: the author's own machines say nothing here */
export function scoredOnceMore(facts: RunFacts[], scorings: RunState[], author: string): Scored[] {
  const known = scorings.flatMap((one) => {
    const second = heardOf(one);
    const of = one.memory.job.rescore?.runId;
    return second && of !== undefined ? [{ of, ordinal: one.key.ordinal, second }] : [];
  });
  return facts.flatMap((first) => {
    const owners = new Set([first.run.owner, author]);
    const heard = known
      .filter(({ of }) => of === first.run.runId)
      .sort((a, b) => a.ordinal - b.ordinal)
      .map(({ second }) => second)
      .filter(({ run }) => !owners.has(run.owner) && owners.add(run.owner));
    if (heard.length === 0) return [];
    return [
      opinionOn(
        first,
        heard.map(({ run }) => run),
      ),
    ];
  });
}

/** @param runs scorings of its weights by other owners, each owner's first, in order; at least one */
export function opinionOn(first: RunFacts, runs: RunResult[]): Scored {
  const agreeing = runs.filter((second) => agrees(first, second));
  const disagreeing = runs.filter((second) => !agrees(first, second));
  const state = agreeing.length > 0 ? 'agreed' : disagreeing.length >= REFUTE ? 'refuted' : 'disputed';
  return { first, runs, agreeing, disagreeing, state };
}

/** The weights bear the claims out, and the claims add up to what the first machine said. */
function agrees(first: RunFacts, second: RunResult): boolean {
  return (
    isSame(claimedBpb(first.run), claimedBpb(second)) &&
    (first.scored?.heldout === undefined || isSame(claimedHeldoutBpb(first.run), claimedHeldoutBpb(second)))
  );
}

function isSame(one: number | null, other: number | null): boolean {
  return one !== null && other !== null && Math.abs(one - other) <= SAME_SUM;
}

/** The sum of the claims: the loss without what was added for what they claim too much. */
function claimedBpb({ outcome, valBpb, probes }: RunResult): number | null {
  return outcome === 'scored' && valBpb !== null ? valBpb - (probes?.penaltyBpb ?? 0) : null;
}

function claimedHeldoutBpb({ heldoutBpb, probes }: RunResult): number | null {
  return heldoutBpb === null ? null : heldoutBpb - (probes?.heldoutPenaltyBpb ?? 0);
}

/** As a record keeps it. */
export function rescoreOf({ first, runs, state }: Scored): Rescore {
  return {
    of: first.run.runId,
    weights: first.scored?.weights.sha256 ?? null,
    claims: first.scored?.claims.sha256 ?? null,
    runs,
    outcome: state === 'disputed' ? 'unsettled' : state,
  };
}
