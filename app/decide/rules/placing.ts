import type { TrackStanding } from '../../../core/formats/leaderboard.ts';
import { hasOwner } from '../../../core/owner.ts';
import type { Wanted } from '../../../core/rules/acceptance/acceptance.ts';
import { type Placing, placeConfirmations } from '../../../core/rules/acceptance/owners.ts';
import { inline } from '../../../core/text/harmless/github.ts';
import type { LentMachine } from '../../model/lent.ts';
import { LENT, OWNERS } from '../../say/before-verdict.ts';
import {
  type Known,
  knownOwners,
  ownersByLabel,
  type Place,
  placeAnywhere,
  placeAt,
  roomOf,
} from './owners.ts';
import { confirmationsOf, runsBy, type SoFar } from './so-far.ts';

/** Whose machines get the next runs. Owners are known by what their machines have finished, and by what they lend. */

export interface PlacementInput extends Known, SoFar {
  /** GitHub login of the pull request's author. */
  author: string;
  standing: Pick<TrackStanding, 'machines' | 'sinceIncumbent'>;
  /** The author's own machine, which is free and serves them first. */
  mine?: LentMachine | undefined;
}

/** `busy`: the owners who might have it, all of whose machines have a run or are away. Without any nobody may have it. */
export interface Waits {
  kind: 'wait';
  reason: string;
  busy: string[];
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
  const { mine } = placement;
  const places = inTurn(placement, nonces.slice(0, runs), (known, nonce, i) => {
    if (mine && i === 0) return { target: null, lent: mine };
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

/** Runs by others than those of whom there are enough, the owner with the fewest first. */
function spreadOthers(placement: PlacementInput, runs: number, wanted: Wanted): Placing {
  const { notOwners } = wanted.placement;
  const what = wanted.stage === 'baseline' ? 'the incumbent' : 'it';
  const others = knownOwners(placement, wanted.stage).filter((owner) => !notOwners.includes(owner));
  if (others.length === 0) return { kind: 'wait', reason: OWNERS.others(what, notOwners), busy: [] };
  const room = roomOf(placement, wanted.stage);
  const runsOf = runsBy(placement, wanted.stage);
  const taken = new Map(others.map((owner) => [owner, runsOf(owner)]));
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
