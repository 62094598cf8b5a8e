import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import { type ExperimentResult, goesOn, RECONSIDERED } from '../../../core/formats/result.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { tracksAsked } from '../../model/tracks.ts';
import { candidateOf, type Experiment, experimentsOf, noRuns } from '../state/experiments.ts';
import { reconsideredResult, withoutDiscounted } from '../state/reconsidered.ts';
import type { Settings } from '../state/settings.ts';
import { type DuplicateOf, duplicateOf } from './duplicates.ts';

/**
 * How far a pull request has come on the tracks it asks for. They are measured one after another, and each verdict is on record before
 * the next track begins, so that records and runs alone say where it stands.
 */
export interface TrackProgress {
  /** Its own verdicts on the present file that stand, the last one last. */
  own: ExperimentResult[];
  /** Tracks where the evidence of another pull request, or the incumbent, is the answer. */
  elsewhere: { track: string; of: DuplicateOf }[];
  /** Runs of the present file that have been ordered and have no verdict yet. */
  begun: Experiment | null;
  /** Tracks still to be measured on, the present one first. */
  ahead: string[];
}

export function trackProgressOf(snapshot: Snapshot, { config, board }: Settings): TrackProgress {
  const { pull } = snapshot;
  const blob = pull.file?.oid ?? null;
  const composed = compositionsOf(snapshot, board);
  const own = snapshot.results
    // Of the same content, too, which the result of an earlier version may be.
    .filter((one) => one.blob === blob || one.result.composedFrom === blob)
    .map((one) => one.result)
    .filter((result) => result.pull === pull.number)
    .filter(
      ({ track, reason }) => reason.code !== RECONSIDERED && !composed.some((one) => one.track === track),
    )
    .filter((result) => !(isReady(snapshot) && goesOn(result)))
    .sort((a, b) => a.decidedAt.localeCompare(b.decidedAt))
    // Of a change that was put onto a newer file the last measurement is what counts.
    .filter(({ track }, i, all) => all.findLastIndex((later) => later.track === track) === i);
  const isDecided = (track: string) => own.some((result) => result.track === track);

  const asked = tracksAsked(pull, config.primary).filter((track) => Object.hasOwn(config.tracks, track));
  // What was ordered is followed up even when its track is asked for no more: evidence cannot be taken back.
  const begun = [...composed, ...experimentsOf(pull.heads).map(counting(snapshot))].filter(
    (one) =>
      (one.composition?.from ?? one.blob) === blob &&
      one.of === 'candidate' &&
      Object.hasOwn(config.tracks, one.track) &&
      !isDecided(one.track) &&
      (one.composition !== undefined || !composed.some(({ track }) => track === one.track)) &&
      (asked.includes(one.track) || one.facts.length + one.pending.length + one.broken.length > 0),
  );
  const underway = begun.map((one) => one.track);
  const open = asked.filter((track) => !isDecided(track) && !underway.includes(track));
  const elsewhere = open.flatMap((track) => {
    const of = duplicateOf(snapshot, board, track);
    return of ? [{ track, of }] : [];
  });
  const answered = elsewhere.map((one) => one.track);
  return {
    own,
    elsewhere,
    begun: begun[0] ?? null,
    ahead: [...underway, ...open.filter((track) => !answered.includes(track))],
  };
}

/** Compositions of the present file's change that are under way, with their runs so far. */
function compositionsOf({ pull }: Snapshot, board: Leaderboard): Experiment[] {
  return Object.entries(board.tracks).flatMap(([track, { frontier }]) =>
    (frontier?.compositions ?? [])
      .filter((one) => one.pull === pull.number && one.from === pull.file?.oid && !one.dropped)
      .map((composition) => {
        const { blob, head } = composition;
        const runs = candidateOf(pull.heads, blob, track);
        return { ...(runs ?? noRuns(blob, track, 'candidate', head)), composition };
      }),
  );
}

/** Without the runs that were discounted since. */
function counting(snapshot: Snapshot): (one: Experiment) => Experiment {
  return (one) => {
    const before = one.of === 'candidate' ? reconsideredResult(snapshot, one) : null;
    return before === null ? one : withoutDiscounted(one, before);
  };
}

/** Machines are asked, and main is moved, for no draft and no closed pull request. */
export function isReady({ pull }: Snapshot): boolean {
  return pull.state === 'open' && !pull.draft;
}
