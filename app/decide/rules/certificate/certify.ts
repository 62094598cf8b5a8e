import type { Rescore } from '../../../../core/formats/result.ts';
import type { RunFacts } from '../../../model/state.ts';
import { isKept } from '../../state/handed.ts';
import { rescoreOf, type Scored } from './opinions.ts';

/** What is still to be done before a gain becomes a record: its weights are scored once more on another owner's machine. */

export type Certificate =
  | { kind: 'certified'; rescores: Rescore[] }
  /** One of these owners is to score this run's weights. */
  | { kind: 'ask'; first: RunFacts; owners: string[] }
  /** Two machines say it is not so, and no other owner's run says otherwise. */
  | { kind: 'refuted'; rescores: Rescore[] }
  /** One machine says it is not so, and there is no third owner. */
  | { kind: 'unsettled'; rescores: Rescore[] }
  /** GitHub keeps nothing of these runs any more: one of them does not count, and another is measured instead. */
  | { kind: 'expired'; first: RunFacts }
  | { kind: 'wait' };

export interface CertifyInput {
  /** Runs whose losses make the record, in order. */
  facts: RunFacts[];
  scored: Scored[];
  /** Owners with a machine on the track, the author left out. */
  owners: string[];
  /** ISO 8601. */
  now: string;
  /** Whether a record may stand on one owner's machines. */
  fewOwners: 'wait' | 'accept';
  /** Unpredictable for the owners who measured: which run is scored must not be known before. */
  draw: number;
  /** More scorings were ordered than any honest course takes: nothing is asked for any more. */
  exhausted: boolean;
}

export function certify(given: CertifyInput): Certificate {
  const { facts, scored, now, draw } = given;
  const rescores = scored.map(rescoreOf);
  const isDeciding = ({ first }: Scored) => facts.some(({ run }) => run.runId === first.run.runId);
  if (scored.some((one) => one.state === 'agreed' && isDeciding(one))) return { kind: 'certified', rescores };

  const kept = (one: RunFacts) => isKept(one, now);
  const measured = facts.map(({ run }) => run.owner);
  const othersThan = (one: RunFacts, asked: string[] = []) => {
    const others = given.owners.filter((owner) => owner !== one.run.owner && !asked.includes(owner));
    // Two logins may be one person's: an owner who measured nothing of the file goes first.
    const outsiders = others.filter((owner) => !measured.includes(owner));
    return outsiders.length > 0 ? outsiders : others;
  };
  const disputed = scored.find((one) => one.state === 'disputed' && isDeciding(one));
  if (disputed) {
    const owners = othersThan(
      disputed.first,
      disputed.runs.map((run) => run.owner),
    );
    if (owners.length > 0 && kept(disputed.first) && !given.exhausted)
      return { kind: 'ask', first: disputed.first, owners };
    return { kind: 'unsettled', rescores };
  }
  const refuted = new Set(
    scored.filter((one) => one.state === 'refuted').map(({ first }) => first.run.owner),
  );
  const open = facts.filter(({ run }) => !refuted.has(run.owner));
  // Once for the machine, twice for the file: when runs of two owners cannot be confirmed, no machine is at fault.
  if (refuted.size >= 2 || (refuted.size > 0 && open.length === 0)) return { kind: 'refuted', rescores };
  if (given.exhausted) return { kind: 'unsettled', rescores };
  const askable = open.filter((one) => othersThan(one).length > 0);
  if (askable.length === 0) {
    if (given.fewOwners === 'wait') return { kind: 'wait' };
    const single: Rescore = {
      of: facts[0]!.run.runId,
      weights: null,
      claims: null,
      runs: [],
      outcome: 'single-owner',
    };
    return { kind: 'certified', rescores: [...rescores, single] };
  }
  const there = askable.filter(kept);
  const first = there[draw % Math.max(1, there.length)];
  if (!first) return { kind: 'expired', first: askable[0]! };
  return { kind: 'ask', first, owners: othersThan(first) };
}
