import { haveDataSet } from '../../../core/rules/data-sets.ts';
import type { LentMachine } from '../../model/lent.ts';
import type { RunState, Snapshot } from '../../model/snapshot.ts';
import { accepts } from '../rules/lent/accepts.ts';
import { knownOn } from '../rules/lent/capacity.ts';
import { drawn, freeFor } from '../rules/lent/machines.ts';
import { lineOf } from '../rules/queue.ts';
import { endsOf } from '../state/ends.ts';
import type { Settings } from '../state/settings.ts';
import type { Asked } from './order.ts';

/**
 * Which machines borrowed runs get: those whose owners accept them and that have the data set, never the borrower's own, one run each.
 * While an experiment waits for a machine of the track, borrowed runs have at most half of the machines that take experiments too and
 * are free or have one.
 */
export function placesFor(
  snapshot: Snapshot,
  settings: Settings,
  { track, dataset }: Pick<Asked, 'track' | 'dataset'>,
  runs: RunState[],
): (run: RunState | null, nonce: string) => LentMachine | undefined {
  const known = knownOn(snapshot, settings, track, runs);
  const { authorId } = snapshot.pull;
  const hasData = ({ tracks, availability }: LentMachine) =>
    [tracks, availability?.tracks ?? []].every((names) =>
      haveDataSet(settings.config.tracks, names, dataset),
    );
  const accepting = freeFor({ ...known, kind: 'borrowed' }, 'borrow');
  const all = accepting.filter((machine) => machine.owner.id !== authorId && hasData(machine));
  const shared = all.filter((machine) => accepts(machine, 'commons'));
  let free = [...all];
  let left =
    lineOf(snapshot, settings, track).length > 0
      ? Math.floor((shared.length + borrowedOut(snapshot, track)) / 2) - borrowedOut(snapshot, track)
      : shared.length;
  return (run, nonce) => {
    const may = free.filter((machine) => left > 0 || !shared.includes(machine));
    const machine = chosen(may, run, nonce);
    if (!machine) return undefined;
    free = free.filter((one) => one !== machine);
    if (shared.includes(machine)) left -= 1;
    return machine;
  };
}

/** Borrowed runs on machines that take experiments too. */
function borrowedOut({ queue, lent }: Snapshot, track: string): number {
  const shared = new Set(lent.filter((one) => accepts(one, 'commons')).map(({ name }) => name));
  return queue
    .flatMap(({ running }) => running)
    .filter((key) => key.track === track && key.stage === 'borrow' && shared.has(key.lent ?? '')).length;
}

/** Owners who never ended it come first, then other machines than the last; those that take nothing else before those that do. */
function chosen(free: LentMachine[], run: RunState | null, nonce: string): LentMachine | undefined {
  const ends = run ? endsOf(run) : [];
  const owners = ends.map(({ ownerId }) => ownerId);
  const tiers = [
    free.filter(({ owner }) => !owners.includes(owner.id)),
    free.filter(({ name }) => name !== ends.at(-1)?.machine),
    free,
  ];
  const tier = tiers.find((some) => some.length > 0) ?? [];
  const apart = tier.filter((machine) => !accepts(machine, 'commons'));
  return drawn(apart.length > 0 ? apart : tier, nonce);
}
