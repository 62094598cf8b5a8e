import type { Leaderboard } from '../../../../core/formats/leaderboard.ts';
import type { RunResult } from '../../../../core/formats/run.ts';
import type { HeadState, RunState } from '../../../model/snapshot.ts';
import { GIVEN_UP } from '../../../say/run-check.ts';

/** All runs of a track are measured on one data set. Another is a fault of the machine, never a verdict. */

/** The comparison that fails when a machine has another data set than the track. */
export const OTHER_DATA = 'data';

/** What the track goes by after these runs, the earliest first: once known it stays. */
export function dataOf(known: string | undefined, runs: RunResult[]): { data?: string } {
  const data = known ?? runs.find((run) => run.data !== undefined)?.data;
  return data === undefined ? {} : { data };
}

/** Reports from another data set than the track's are refused; while the track knows none, than that of the pull request's earliest run. */
export function withSoundData(heads: HeadState[], board: Leaderboard): HeadState[] {
  const all = heads.flatMap((head) => head.runs);
  const sound = (run: RunState): RunState => {
    if (run.finding.kind !== 'report') return run;
    const { machine, data } = run.finding.facts.run;
    const { track } = run.key;
    const should = board.tracks[track]?.data ?? earliest(all.filter((one) => one.key.track === track));
    if (should === undefined || data === should) return run;
    const why = GIVEN_UP.otherData(machine, track, data?.slice(0, 12) ?? 'unknown', should.slice(0, 12));
    return { ...run, finding: { kind: 'refused', check: OTHER_DATA, why } };
  };
  return heads.map((head) => ({ ...head, runs: head.runs.map(sound) }));
}

function earliest(runs: RunState[]): string | undefined {
  const collected = runs.flatMap(({ memory }) => memory.facts?.run ?? []);
  const found = runs.flatMap(({ finding }) => (finding.kind === 'report' ? finding.facts.run : []));
  const inTime = (list: RunResult[]) => list.toSorted((a, b) => a.at.localeCompare(b.at));
  return dataOf(undefined, [...inTime(collected), ...inTime(found)]).data;
}
