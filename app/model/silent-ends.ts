import type { End } from '../../core/formats/run.ts';

/** Nothing is known against a machine that did not take a run, or was gone with it: a power cut, or an owner who wants the file to fail. */

export function isSilent(how: End['how']): boolean {
  return how === 'untaken' || how === 'vanished';
}

/** After so many of them a run is not for ever sent to yet another owner. */
const FREE = 10;

/**
 * Whether one more such end uses up an attempt: where its owner ended the run before. So no owners kill a pull request by each being
 * silent once.
 * @param ends of the run before this one
 */
export function costsAttempt(ownerId: number, ends: End[] = []): boolean {
  return (
    ends.some((end) => end.ownerId === ownerId) || ends.filter(({ how }) => isSilent(how)).length >= FREE
  );
}
