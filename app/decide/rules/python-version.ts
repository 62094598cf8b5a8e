import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import type { RunRecord } from '../../../core/formats/run.ts';
import { own } from '../../../core/names.ts';
import type { HeadState, RunState } from '../../model/snapshot.ts';
import type { Grounds } from '../state/settings.ts';

/**
 * All runs of a track are measured by one minor version of Python: with two, one file would crash here and score there. A report
 * of another is a fault of its machine, never a verdict.
 */

/** The comparison that fails when a machine has another Python than the track. */
export const OTHER_PYTHON = 'python';

/**
 * Reports of another Python than the track's are refused. The track's is what its configuration says; without that, what the
 * incumbent was measured with, and before that the request's earliest run. What a report leaves out is not compared.
 */
export function withSoundPython(
  heads: HeadState[],
  { board, config }: Pick<Grounds, 'board' | 'config'>,
): HeadState[] {
  const all = heads.flatMap((head) => head.runs);
  const sound = (run: RunState): RunState => {
    if (run.finding.kind !== 'report') return run;
    const { machine, python } = run.finding.facts.run;
    const { track } = run.key;
    const should =
      own(config.tracks, track)?.python ??
      measuredWith(board, track) ??
      earliest(all.filter((one) => one.key.track === track));
    if (should === undefined || python === undefined || minor(python) === should) return run;
    const why = `${machine} measured with Python ${minor(python)}, ${track} is measured with ${should}: run node setup/bootstrap.mjs there`;
    return { ...run, finding: { kind: 'refused', check: OTHER_PYTHON, why } };
  };
  return heads.map((head) => ({ ...head, runs: head.runs.map(sound) }));
}

function measuredWith(board: Leaderboard, track: string): string | undefined {
  return pythonOf(own(board.tracks, track)?.runs.toReversed() ?? []);
}

function earliest(runs: RunState[]): string | undefined {
  const collected = runs.flatMap(({ memory }) => memory.facts?.run ?? []);
  const found = runs.flatMap(({ finding }) => (finding.kind === 'report' ? finding.facts.run : []));
  const inTime = (list: RunRecord[]) => list.toSorted((a, b) => a.at.localeCompare(b.at));
  return pythonOf([...inTime(collected), ...inTime(found)]);
}

/** The first that is told. */
function pythonOf(runs: RunRecord[]): string | undefined {
  const python = runs.find((run) => run.python !== undefined)?.python;
  return python === undefined ? undefined : minor(python);
}

/** e.g. `3.11` of `3.11.2`. */
function minor(version: string): string {
  return /^\d{1,3}\.\d{1,3}/.exec(version)?.[0] ?? 'unknown';
}
