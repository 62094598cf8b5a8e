import type { RunResult } from '../../../../core/formats/run.ts';
import { own } from '../../../../core/names.ts';
import type { HeadState, RunState } from '../../../model/snapshot.ts';
import { GIVEN_UP } from '../../../say/run-check.ts';
import type { Settings } from '../../state/settings.ts';

/**
 * All runs of a track are measured by one minor version of Python and one release of torch: with two, one file would crash here
 * and score there, and losses would differ for no merit. A report of another is a fault of its machine, never a verdict.
 */

/** The comparisons that fail when a machine has other versions than the track. */
export const OTHER_VERSIONS: string[] = ['python', 'torch'];

interface Compared {
  key: 'python' | 'torch';
  /** The part that is compared; undefined for what is no version. */
  part: (version: string) => string | undefined;
}

const COMPARED: Compared[] = [
  {
    key: 'python',
    part: (version) => /^\d{1,3}\.\d{1,3}/.exec(version)?.[0] ?? 'unknown',
  },
  {
    key: 'torch',
    // `2.15.0+cu132` is 2.15.0, built for a card.
    part: (version) => /^\d{1,3}(?:\.\d{1,3}){1,2}/.exec(version)?.[0],
  },
];

/**
 * Reports of other versions than the track's are refused. The track's are what its configuration says; without that, what the
 * incumbent was measured with last, and before that the pull request's earliest run. What a report leaves out is not compared.
 */
export function withSoundVersions(
  heads: HeadState[],
  { board, config }: Pick<Settings, 'board' | 'config'>,
): HeadState[] {
  const all = heads.flatMap((head) => head.runs);
  const differs = (run: RunState, { key, part }: Compared): string | null => {
    if (run.finding.kind !== 'report') return null;
    const { machine, [key]: version } = run.finding.facts.run;
    const { track } = run.key;
    const has = version ? part(version) : undefined;
    const reported = (runs: RunResult[]) =>
      runs.flatMap((one) => (one[key] ? (part(one[key]) ?? []) : [])).at(0);
    const should =
      own(config.tracks, track)?.[key] ??
      reported(own(board.tracks, track)?.runs.toReversed() ?? []) ??
      reported(inTime(all.filter((one) => one.key.track === track)));
    if (should === undefined || has === undefined || has === should) return null;
    return GIVEN_UP.otherVersion(key, machine, track, has, should);
  };
  const sound = (run: RunState): RunState => {
    for (const one of COMPARED) {
      const why = differs(run, one);
      if (why !== null) return { ...run, finding: { kind: 'refused', check: one.key, why } };
    }
    return run;
  };
  return heads.map((head) => ({ ...head, runs: head.runs.map(sound) }));
}

/** Runs that were collected before, then the new ones, the earliest first. */
function inTime(runs: RunState[]): RunResult[] {
  const collected = runs.flatMap(({ memory }) => memory.facts?.run ?? []);
  const found = runs.flatMap(({ finding }) => (finding.kind === 'report' ? finding.facts.run : []));
  const sorted = (list: RunResult[]) => list.toSorted((a, b) => a.at.localeCompare(b.at));
  return [...sorted(collected), ...sorted(found)];
}
