import { DESCENT } from '../core/command-name.ts';
import { CommandError } from '../core/errors.ts';
import type { Experiment } from '../memory/experiment.ts';
import { experimentsOf } from '../memory/history.ts';
import type { Memory } from '../memory/memory.ts';

/** What was measured of a pull request that somebody named, the newest last; at least one. */
export function experimentsNamed(
  { store, repository }: Memory,
  pull: number,
  remedy = `Try --fresh, or \`${DESCENT} history\`.`,
): Experiment[] {
  const experiments = experimentsOf(store, pull);
  if (experiments.length > 0) return experiments;
  throw new CommandError(`#${pull} has no result in ${repository.ref}`, remedy, { status: 1 });
}
