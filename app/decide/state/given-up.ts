import type { RunState } from '../../model/snapshot.ts';
import type { RunKey } from '../../model/state.ts';

/**
 * Nobody gets another seed drawn by ending a run, or by a push: a run that was given up is taken up with the seed it had, when its
 * file needs another run of the stage.
 */

/** Which run of a file on a track it is, however often it was ordered. */
const sameRun = (a: RunKey) => (b: RunKey) =>
  a.track === b.track && a.blob === b.blob && a.stage === b.stage && a.ordinal === b.ordinal;

/** Runs that were given up and not ordered again since, each once. */
function givenUpRuns(runs: RunState[]): RunState[] {
  const isGivenUp = ({ check, memory }: RunState) => check.status === 'completed' && memory.facts === null;
  const others = runs.filter((run) => !isGivenUp(run)).map(({ key }) => key);
  const left = runs.filter((run) => isGivenUp(run) && !others.some(sameRun(run.key)));
  return left.filter(({ key }, i) => left.findIndex((other) => sameRun(key)(other.key)) === i);
}

/** The next run of a stage: a new one, or one that was given up (`before`). */
export interface NextRun {
  ordinal: number;
  before: RunState | null;
}

/** @param runs of the pull request, on the track. Further runs of one stage get further numbers. */
export function numbering(runs: RunState[]): (stage: RunKey['stage'], blob: string) => NextRun {
  const left = givenUpRuns(runs);
  const used = new Map<string, number>();
  return (stage, blob) => {
    const at = left.findIndex(({ key }) => key.stage === stage && key.blob === blob);
    if (at >= 0) {
      const [before] = left.splice(at, 1);
      return { ordinal: before!.key.ordinal, before: before! };
    }
    // Runs of one incumbent and of the next stand on one commit.
    const known = runs.filter(
      ({ key }) => key.stage === stage && (key.blob === blob || stage === 'baseline'),
    );
    const last = used.get(stage) ?? Math.max(0, ...known.map(({ key }) => key.ordinal));
    used.set(stage, last + 1);
    return { ordinal: last + 1, before: null };
  };
}
