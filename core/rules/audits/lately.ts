import type { MachineState } from '../../formats/leaderboard.ts';
import type { End } from '../../formats/run.ts';

/**
 * What became of the last runs of a lent machine. Its owner may always take it back, and the run is then measured elsewhere with the
 * same seed, so that nothing is gained by it. Who ends many runs might still choose which: such a machine explores alone.
 */

/** A letter for each run in `lately`. */
const LETTER = { finished: 'f', preempted: 'p', vanished: 'v', disturbed: 'd' } as const;
/** So many runs are remembered, and so many must be known before the share says something. */
const KEPT = 50;
const LEAST = 10;
/** A larger share of runs without a loss than this leaves exploring runs alone. */
const SHARE = 0.2;

type Known = Pick<MachineState, 'lately'>;

/** With one more. What its owner ended by a failure or by deleting it is as good as vanished; a run that never began shows nothing. */
export function withLast<M extends Known>(machine: M, how: End['how'] | 'finished'): M {
  if (how === 'untaken') return machine;
  const letter = LETTER[how === 'failed' ? 'vanished' : how];
  return { ...machine, lately: `${machine.lately ?? ''}${letter}`.slice(-KEPT) };
}

/** How many of the last runs had no loss, by what ended them; null where none is known, as of machines that are not lent. */
export function latelyOf({ lately }: Known) {
  if (lately === undefined) return null;
  const count = (letter: string) => lately.split(letter).length - 1;
  const [preempted, vanished, disturbed] = [LETTER.preempted, LETTER.vanished, LETTER.disturbed].map(count);
  const runs = lately.length;
  const lost = preempted! + vanished! + disturbed!;
  return { runs, preempted: preempted!, vanished: vanished!, disturbed: disturbed!, share: lost / runs };
}

/** Whether runs of it end without a loss so often that it gets exploring ones alone. */
export function exploresAlone(machine: Known): boolean {
  const lately = latelyOf(machine);
  return lately !== null && lately.runs >= LEAST && lately.share > SHARE;
}
