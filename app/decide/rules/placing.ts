import type { TrackStanding } from '../../../core/formats/leaderboard.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import { own } from '../../../core/names.ts';
import { hasOwner } from '../../../core/owner.ts';
import type { Rules, Wanted } from '../../../core/rules/acceptance/acceptance.ts';
import { type Placing, placeConfirmations } from '../../../core/rules/acceptance/owners.ts';
import { machineTrust } from '../../../core/rules/audits/machines.ts';
import { inline } from '../../../core/text/harmless/github.ts';
import type { LentMachine } from '../../model/lent.ts';
import type { RunState } from '../../model/snapshot.ts';
import type { RunFacts, RunKey } from '../../model/state.ts';
import { LENT, OWNERS } from '../../say/before-verdict.ts';
import {
  drawn,
  FAULTS,
  freeFor,
  freeForAnybody,
  type Lent,
  lenderOf,
  lentFor,
  SEEN_WITHIN_DAYS,
} from './lent/machines.ts';

type Stage = RunKey['stage'];

/** Whose machines get the next runs. Owners are known by what their machines have finished, and by what they lend. */

export interface PlacementInput extends Lent {
  /** GitHub login of the pull request's author. */
  author: string;
  rules: Rules;
  standing: Pick<TrackStanding, 'machines' | 'sinceIncumbent'>;
  /** The incumbent's runs, those that came with the pull request included. */
  incumbent: RunResult[];
  /** Those that came with the pull request alone. */
  carried?: RunResult[];
  /** The pull request's runs so far. */
  facts: RunFacts[];
  pending: RunState[];
  /** Owners whose machine was the outlier here: they do not measure this file again. */
  barred?: string[];
}

/** What says which owners there are. */
export type Known = Lent &
  Pick<PlacementInput, 'rules' | 'facts' | 'carried' | 'barred'> & {
    standing: Pick<TrackStanding, 'machines'>;
  };

/** Where a run goes. */
export interface Place {
  /** The owner whose machines alone may have it; null for anybody's. */
  target: string | null;
  /** The lent machine that gets it; null where labels say who may take it. */
  lent: LentMachine | null;
}

/** `busy`: the owners who might have it, all of whose machines have a run or are away. Without any nobody may have it. */
export interface Waits {
  kind: 'wait';
  reason: string;
  busy: string[];
}

/**
 * Owners with a runner of the swarm's own repository on the track that is in good standing and was seen lately, those of the pull
 * request's own runs and those that the configuration names among them.
 */
function ownersByLabel({ rules, standing, facts, carried = [], now, machineRules }: Known): string[] {
  const { machines } = standing;
  const isBlocked = ([name, machine]: [string, (typeof machines)[string]]) =>
    machineTrust(name, machine, now, machineRules) === 'blocked';
  const isSeen = ({ lastSeen }: (typeof machines)[string]) =>
    Date.parse(now) - Date.parse(lastSeen) < SEEN_WITHIN_DAYS * 86_400_000;
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

/** Whether labels may say who takes a run: where such runners are known, and where nobody lends a machine. */
export function goesByLabels(known: Known): boolean {
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

/** Places for `runs` new runs; fewer when no more can be placed, or why none can. @param nonces of the orders */
export function placeRuns(
  placement: PlacementInput,
  wanted: Wanted,
  runs: number,
  nonces: string[],
): { kind: 'place'; places: Place[] } | Waits {
  if (wanted.stage === 'confirm')
    return asPlaces(placement, placeConfirmation(placement, runs, wanted), wanted, nonces);
  if (wanted.placement.notOwners.length > 0)
    return asPlaces(placement, spreadOthers(placement, runs, wanted), wanted, nonces);
  const byLabel = ownersByLabel(placement)
    .filter((owner) => !placement.barred?.includes(owner))
    .sort();
  const named = placement.barred && placement.barred.length > 0 ? [...new Set(byLabel)] : [];
  const turn = placement.facts.length; // another one each time
  const places = inTurn(placement, nonces.slice(0, runs), (known, nonce, i) => {
    const place = placeAnywhere(known, wanted.stage, nonce);
    return place && place.lent === null
      ? { target: named[(turn + i) % named.length] ?? null, lent: null }
      : place;
  });
  if (places.length > 0) return { kind: 'place', places };
  return { kind: 'wait', reason: LENT.noneFree, busy: knownOwners(placement, wanted.stage) };
}

/** One place after the other: a machine that has got a run is not free for the next. */
export function inTurn(
  placement: PlacementInput,
  nonces: string[],
  place: (placement: PlacementInput, nonce: string, i: number) => Place | undefined,
): Place[] {
  const places: Place[] = [];
  for (const [i, nonce] of nonces.entries()) {
    const taken = [...placement.taken, ...places.flatMap(({ lent }) => lent?.name ?? [])];
    const next = place({ ...placement, taken }, nonce, i);
    if (!next) break;
    places.push(next);
  }
  return places;
}

function placeConfirmation(placement: PlacementInput, runs: number, wanted: Wanted): Placing {
  const author = placement.author.toLowerCase();
  return placeConfirmations({
    runs,
    available: knownOwners(placement).filter(
      (owner) => owner === author || !wanted.placement.notOwners.includes(owner),
    ),
    soFar: confirmationsOf(placement),
    author,
    perOwner: wanted.placement.perOwner,
    fewOwners: placement.rules['few-owners'] ?? 'wait',
    room: roomOf(placement, 'confirm'),
  });
}

export function confirmationsOf({
  facts,
  pending,
}: Pick<PlacementInput, 'facts' | 'pending'>): { owner: string }[] {
  return [
    ...facts.filter(({ run }) => run.stage === 'confirm').map(({ run }) => ({ owner: run.owner })),
    ...pending
      .filter(({ key }) => key.stage === 'confirm')
      .flatMap(({ memory }) => (memory.target === null ? [] : [{ owner: memory.target }])),
  ];
}

/** Runs by others than those of whom there are enough, the owner with the fewest first. */
function spreadOthers(placement: PlacementInput, runs: number, wanted: Wanted): Placing {
  const { incumbent, facts } = placement;
  const { notOwners } = wanted.placement;
  const soFar = wanted.stage === 'baseline' ? incumbent : facts.map(({ run }) => run);
  const what = wanted.stage === 'baseline' ? 'the incumbent' : 'it';
  const others = knownOwners(placement, wanted.stage).filter((owner) => !notOwners.includes(owner));
  if (others.length === 0) return { kind: 'wait', reason: OWNERS.others(what, notOwners), busy: [] };
  const room = roomOf(placement, wanted.stage);
  const taken = new Map(others.map((owner) => [owner, soFar.filter((run) => run.owner === owner).length]));
  const owners: string[] = [];
  for (let i = 0; i < runs; i++) {
    const next = others
      .filter((owner) => owners.filter((one) => one === owner).length < room(owner))
      .sort((a, b) => taken.get(a)! - taken.get(b)! || a.localeCompare(b))[0];
    if (next === undefined) break;
    taken.set(next, taken.get(next)! + 1);
    owners.push(next);
  }
  if (owners.length === 0) return { kind: 'wait', reason: LENT.noneFree, busy: others };
  return { kind: 'place', owners, singleOwner: false };
}

function asPlaces(
  placement: PlacementInput,
  placing: Placing,
  { stage }: Wanted,
  nonces: string[],
): ReturnType<typeof placeRuns> {
  if (placing.kind === 'wait')
    return placing.busy.length > 0
      ? { ...placing, reason: LENT.noneFree }
      : { ...placing, reason: placing.reason + ownerless(placement) };
  const { owners } = placing;
  const places = inTurn(placement, nonces.slice(0, owners.length), (known, nonce, i) =>
    placeAt(known, owners[i]!, stage, nonce),
  );
  return { kind: 'place', places };
}

/** Names machines that measured here and belong to no known owner, so that a maintainer can see why they do not count. */
function ownerless({ standing, facts }: PlacementInput): string {
  const seen = [
    ...Object.entries(standing.machines).map(([machine, { owner }]) => ({ machine, owner })),
    ...facts.map(({ run }) => run),
  ].filter((one) => !hasOwner(one));
  const names = [...new Set(seen.map(({ machine }) => machine))];
  if (names.length === 0) return '';
  const shown = names.slice(-NAMES_SHOWN).map((name) => inline(name, 60));
  return OWNERS.ownerless(shown, names.length - shown.length);
}

const NAMES_SHOWN = 3;
