import type { Event } from '../../core/formats/events.ts';
import type { Leaderboard, TrackStanding } from '../../core/formats/leaderboard.ts';
import { PRIOR_DEGREES } from '../../core/rules/acceptance/rule.ts';
import { type Experiment, experimentsOf } from './experiments.ts';
import { type Guess, guessesOf } from './frontier.ts';
import { type Holder, holdersOf, type Record, recordOf } from './record.ts';

/** What the pages show of a track, counted from the events and the leaderboard of one commit. */
export interface Summary {
  track: string;
  record: Record;
  holders: Holder[];
  /** What was expected of the newest adopted change, beside the records. */
  guesses: Guess[];
  /** The latest verdict of each experiment, in order. */
  experiments: Experiment[];
  /** Those of this track, in order. */
  events: Event[];
  authors: number;
}

export function summaryOf(
  track: string,
  standing: TrackStanding,
  { events: all, sigma }: { events: readonly Event[]; sigma: number | null },
): Summary {
  const events = all.filter((event) => event.track === track);
  const experiments = experimentsOf(events, track);
  const holders = holdersOf(standing, events, track);
  const prior = sigma === null ? null : { sigma, degrees: PRIOR_DEGREES };
  return {
    track,
    record: recordOf(standing, holders, prior),
    holders,
    guesses: guessesOf(events),
    experiments,
    events,
    authors: new Set(experiments.map(({ author }) => author)).size,
  };
}

/** Of every track that has a record, the primary one first. */
export function summariesOf(
  board: Leaderboard,
  events: readonly Event[],
  sigmas: ReadonlyMap<string, number>,
): Summary[] {
  const names = Object.keys(board.tracks).toSorted();
  return [board.primary, ...names.filter((name) => name !== board.primary)].flatMap((name) => {
    const standing = Object.hasOwn(board.tracks, name) ? board.tracks[name] : undefined;
    return standing ? [summaryOf(name, standing, { events, sigma: sigmas.get(name) ?? null })] : [];
  });
}
