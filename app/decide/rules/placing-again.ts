import { ownerOf } from '../../../core/owner.ts';
import { placeConfirmations } from '../../../core/rules/acceptance/owners.ts';
import type { Finding, RunState } from '../../model/snapshot.ts';
import { endsOf, failuresOf } from '../state/ends.ts';
import { placeElsewhere } from './lent/elsewhere.ts';
import { knownOwners, type Place } from './owners.ts';
import type { PlacementInput, Waits } from './placing.ts';
import { confirmationsOf, firstOwner, runsBy, shareOfRound } from './so-far.ts';
import { OTHER_DATA } from './sound/data-set.ts';
import { BLOCKED_MACHINE } from './sound/sound.ts';
import { OTHER_VERSIONS } from './sound/versions.ts';

/** Where runs go that are ordered again. */

/** @param nonce of the order. `avoided`: owners it was dispatched to before. */
export function placeAgain(
  placement: PlacementInput,
  run: RunState,
  nonce: string,
): (Place & { avoided: string[] }) | Waits {
  if (placement.lent.length === 0 && endsOf(run).length === 0)
    return { ...byLabel(placement, run), lent: null };
  const place = placeElsewhere(placement, run, nonce);
  if ('kind' in place) return place;
  const { target, avoided } = run.memory;
  return { ...place, avoided: target === null ? avoided : [...new Set([...avoided, target])] };
}

/** A run that its owner did not take or could not finish: to another who may have it, else to the same again. */
function byLabel(placement: PlacementInput, run: RunState): { target: string | null; avoided: string[] } {
  const { target, avoided } = run.memory;
  const { finding } = run;
  const failedOn = failuresOf(run);
  const failed = failedOn.map(ownerOf);
  // Anybody's turn would be that machine's turn again.
  if (target === null && (failedOn.length > 0 || isUnsound(finding)))
    return { target: elsewhere(placement, run, failed), avoided };
  if (target !== null && isFree(run) && failed.includes(target))
    return { target: elsewhere(placement, run, failed) ?? target, avoided };
  if (target !== null && run.key.stage === 'rescore') {
    const never = [firstOwner(placement, run), placement.author.toLowerCase(), target, ...avoided];
    const other = knownOwners(placement).find((owner) => !never.includes(owner));
    return other ? { target: other, avoided: [...avoided, target] } : { target, avoided: [] };
  }
  // The owner who should replace a broken machine did not come.
  if (finding.kind === 'untaken' && failedOn.length > 0 && run.key.stage === 'explore')
    return { target: null, avoided };
  if (target === null || run.key.stage !== 'confirm') return { target, avoided };
  const tried = [...new Set([...avoided, target])];
  const available = knownOwners(placement).filter((owner) => !tried.includes(owner));
  const placing = placeConfirmations({
    runs: 1,
    available,
    soFar: confirmationsOf(placement),
    author: placement.author.toLowerCase(),
    perOwner: shareOfRound(placement),
    fewOwners: 'wait',
  });
  return placing.kind === 'place' ? { target: placing.owners[0]!, avoided: tried } : { target, avoided: [] }; // no other owner may: the same owner may be back
}

/** Whether it may be anybody's: a confirmation, and what is scored once more, go to some alone. */
function isFree({ key: { stage } }: RunState): boolean {
  return stage !== 'confirm' && stage !== 'rescore';
}

/** A known owner on whose machines it did not fail, one with the fewest runs of the file so far; null when there is none. */
function elsewhere(placement: PlacementInput, { key }: RunState, failed: string[]): string | null {
  const others = knownOwners(placement).filter((owner) => !failed.includes(owner));
  const runs = runsBy(placement, key.stage);
  const fewest = Math.min(...others.map(runs));
  const next = others.filter((owner) => runs(owner) === fewest);
  return next[key.seed % Math.max(1, next.length)] ?? null;
}

function isUnsound(finding: Finding): boolean {
  return (
    finding.kind === 'refused' && [BLOCKED_MACHINE, OTHER_DATA, ...OTHER_VERSIONS].includes(finding.check)
  );
}
