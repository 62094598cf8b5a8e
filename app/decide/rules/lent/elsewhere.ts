import { DAY_MS } from '../../../../core/calendar.ts';
import type { End } from '../../../../core/formats/run.ts';
import { ownerOf } from '../../../../core/owner.ts';
import { placeConfirmations } from '../../../../core/rules/acceptance/owners.ts';
import type { LentMachine } from '../../../model/lent.ts';
import type { RunState } from '../../../model/snapshot.ts';
import { LENT } from '../../../say/before-verdict.ts';
import { endsOf, failuresOf } from '../../state/ends.ts';
import { goesByLabels, knownOwners, type Place, placeAt, roomOf } from '../owners.ts';
import type { PlacementInput, Waits } from '../placing.ts';
import { confirmationsOf, firstOwner, runsBy, shareOfRound } from '../so-far.ts';
import { drawn, freeFor, freeForAnybody, isThere, lenderOf, lentFor } from './machines.ts';

/**
 * Where a run goes that ended without a loss, on a track whose machines are lent: to another owner. Who ended it does not get it
 * again while another may have it, since two runs with one seed still differ a little, and one of them could be chosen.
 */

/** Of a machine that was heard of within so many days its run is waited for; and since its last order for so long, whatever others say. */
const HEARD_DAYS = 1;

/** @param nonce of the order */
export function placeElsewhere(placement: PlacementInput, run: RunState, nonce: string): Place | Waits {
  const { stage } = run.key;
  const ends = endsOf(run);
  const allowed = allowedFor(placement, run);
  const isAnybodys = run.memory.target === null;
  const isAllowed = (machine: LentMachine) => allowed.includes(lenderOf(machine));
  const free = (isAnybodys ? freeForAnybody(placement, stage) : freeFor(placement, stage)).filter(isAllowed);
  const at = (lent: LentMachine): Place => ({ target: isAnybodys ? null : lenderOf(lent), lent });
  const wait = (busy: string[]): Waits => ({ kind: 'wait', reason: LENT.noneFree, busy });

  const isOld = Date.parse(placement.now) - Date.parse(run.memory.dispatchedAt) >= HEARD_DAYS * DAY_MS;
  const room = roomOf(placement, stage);
  const may = lentFor(placement, stage).filter(isAllowed);
  for (const owners of othersThan(placement, run, ends, allowed)) {
    const isTheirs = (machine: LentMachine) => owners.includes(lenderOf(machine));
    const other = drawn(fewestFirst(placement, run, free.filter(isTheirs)), nonce);
    if (other) return at(other);
    const byLabel = owners.find((owner) => room(owner) > 0);
    if (byLabel !== undefined) return placeAt(placement, byLabel, stage, nonce)!;
    if (!isOld && may.some((machine) => isTheirs(machine) && isThere(placement, machine)))
      return wait(owners);
  }
  if (isAnybodys && placement.lent.length === 0 && goesByLabels(placement))
    return { target: null, lent: null };

  const hasEnded = ({ name }: LentMachine) => ends.some(({ machine }) => machine === name);
  const second = drawn(
    free.filter((machine) => !hasEnded(machine)),
    nonce,
  );
  if (second) return at(second);
  const heard = lentFor(placement, stage, HEARD_DAYS).filter(isAllowed);
  const alone = isOld || heard.every(hasEnded) ? drawn(free, nonce) : undefined;
  return alone ? at(alone) : wait(allowed);
}

/** Those who never ended it come first, then all but who ended it last. */
function othersThan(placement: PlacementInput, run: RunState, ends: End[], allowed: string[]): string[][] {
  const { avoided } = run.memory;
  const enders = ends.map((end) => enderOf(placement, end));
  const known = [...enders, ...failuresOf(run).map(ownerOf), ...avoided];
  const last = enders.at(-1) ?? known.at(-1);
  return [allowed.filter((owner) => !known.includes(owner)), allowed.filter((owner) => owner !== last)];
}

function enderOf({ lent }: PlacementInput, { machine, ownerId }: End): string {
  const known = lent.find(({ owner }) => owner.id === ownerId);
  return known ? lenderOf(known) : ownerOf(machine);
}

/** Owners who may have it by the rules of its stage. */
function allowedFor(placement: PlacementInput, run: RunState): string[] {
  const { stage } = run.key;
  const author = placement.author.toLowerCase();
  const known = knownOwners(placement, stage);
  if (stage === 'rescore') {
    const first = firstOwner(placement, run);
    return known.filter((owner) => owner !== author && owner !== first);
  }
  if (stage !== 'confirm') return known;
  const placing = placeConfirmations({
    runs: 1,
    available: known,
    soFar: confirmationsOf(placement),
    author,
    perOwner: shareOfRound(placement),
    fewOwners: placement.rules['few-owners'] ?? 'wait',
    room: () => 0,
  });
  const allowed = placing.kind === 'wait' ? placing.busy : [];
  return allowed.length > 0 ? allowed : known.filter((owner) => owner === run.memory.target);
}

/** For what is no owner's choice any machine is as good; else those of the owners with the fewest runs of the file. */
function fewestFirst(
  placement: PlacementInput,
  { key, memory }: RunState,
  machines: LentMachine[],
): LentMachine[] {
  if (memory.target === null) return machines;
  const runsOf = runsBy(placement, key.stage);
  const runs = (machine: LentMachine) => runsOf(lenderOf(machine));
  const fewest = Math.min(...machines.map(runs));
  return machines.filter((machine) => runs(machine) === fewest);
}
