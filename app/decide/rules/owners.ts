import { DAY_MS } from '../../../core/calendar.ts';
import type { TrackConfig } from '../../../core/formats/config.ts';
import type { TrackStanding } from '../../../core/formats/leaderboard.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import { own } from '../../../core/names.ts';
import { hasOwner } from '../../../core/owner.ts';
import type { Rules } from '../../../core/rules/acceptance/acceptance.ts';
import { machineTrust } from '../../../core/rules/audits/machines.ts';
import type { LentMachine } from '../../model/lent.ts';
import type { RunFacts, RunKey } from '../../model/state.ts';
import { drawn, FAULTS, freeFor, freeForAnybody, type Lent, lenderOf, lentFor } from './lent/machines.ts';

/** Which owners there are, and whether one more run can go to them now: by a label, or on a machine that they lend. */

type Stage = RunKey['stage'];

/** An owner whose runners have finished nothing for so long is not known any more. */
const SEEN_WITHIN_DAYS = 30;

/** What says which owners there are. */
export interface Known extends Lent {
  rules: Rules & Pick<TrackConfig, 'runs-on'>;
  standing: Pick<TrackStanding, 'machines'>;
  /** The pull request's runs so far. */
  facts: RunFacts[];
  /** Runs of the incumbent that came with the pull request. */
  carried?: RunResult[];
  /** Owners whose machine was the outlier here: they do not measure this file again. */
  barred?: string[];
}

/** Where a run goes. */
export interface Place {
  /** The owner whose machines alone may have it; null for anybody's. */
  target: string | null;
  /** The lent machine that gets it; null where labels say who may take it. */
  lent: LentMachine | null;
}

/**
 * Owners with a runner of the swarm's own repository on the track that is in good standing and was seen lately, those of the pull
 * request's own runs and those that the configuration names among them.
 */
export function ownersByLabel({ rules, standing, facts, carried = [], now, machineRules }: Known): string[] {
  if (rules['runs-on'].length === 0) return [];
  const { machines } = standing;
  const isBlocked = ([name, machine]: [string, (typeof machines)[string]]) =>
    machineTrust(name, machine, now, machineRules) === 'blocked';
  const isSeen = ({ lastSeen }: (typeof machines)[string]) =>
    Date.parse(now) - Date.parse(lastSeen) < SEEN_WITHIN_DAYS * DAY_MS;
  const isBroken = ([, { faults }]: [string, (typeof machines)[string]]) => (faults ?? 0) >= FAULTS;
  const all = Object.entries(machines).filter(
    ([machine, { owner, ownerId }]) => ownerId === undefined && hasOwner({ machine, owner }),
  );
  const blocked = all.filter(isBlocked).map(([, { owner }]) => owner);
  return [
    ...all.filter((one) => isSeen(one[1]) && !isBlocked(one) && !isBroken(one)).map(([, { owner }]) => owner),
    ...[...facts.map(({ run }) => run), ...carried]
      .filter((run) => run.ownerId === undefined && hasOwner(run) && !own(machines, run.machine))
      .map((run) => run.owner),
    ...(rules.owners ?? []).filter((owner) => !blocked.includes(owner)),
  ];
}

/** Owners who may have runs of the stage by name: by a label, or on a machine that they lend, be it away at the moment. */
export function knownOwners(known: Known, stage: Stage = 'confirm'): string[] {
  const owners = new Set([...ownersByLabel(known), ...lentFor(known, stage).map(lenderOf)]);
  return [...owners].filter((owner) => !known.barred?.includes(owner)).sort();
}

/** Whether labels may say who takes a run: where such runners are known, and where nobody lends one. Never on a track without labels. */
export function goesByLabels(known: Known): boolean {
  if (known.rules['runs-on'].length === 0) return false;
  const isLent = known.lent.length > 0 || Object.values(known.standing.machines).some((one) => one.ownerId);
  return !isLent || ownersByLabel(known).length > 0;
}

/** How many runs of the stage an owner's machines may get now. */
export function roomOf(known: Known, stage: Stage): (owner: string) => number {
  const byLabel = new Set(ownersByLabel(known));
  const free = freeFor(known, stage).map(lenderOf);
  return (owner) =>
    byLabel.has(owner) ? Number.POSITIVE_INFINITY : free.filter((one) => one === owner).length;
}

/** A place with this owner: a free lent machine first, else by the label; undefined where there is none now. */
export function placeAt(known: Known, owner: string, stage: Stage, nonce: string): Place | undefined {
  const lent = drawn(
    freeFor(known, stage).filter((machine) => lenderOf(machine) === owner),
    nonce,
  );
  if (lent) return { target: owner, lent };
  return ownersByLabel(known).includes(owner) ? { target: owner, lent: null } : undefined;
}

/** A place on any machine: on a lent one of those that are free and alike, else by the track's labels; undefined where there is none now. */
export function placeAnywhere(
  known: Known,
  stage: Stage,
  nonce: string,
  not: (machine: LentMachine) => boolean = () => false,
): Place | undefined {
  const free = freeForAnybody(known, stage).filter(
    (machine) => !known.barred?.includes(lenderOf(machine)) && !not(machine),
  );
  const lent = drawn(free, nonce);
  if (lent) return { target: null, lent };
  return goesByLabels(known) ? { target: null, lent: null } : undefined;
}
