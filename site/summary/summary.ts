import type { Event } from '../../core/formats/events.ts';
import type { Leaderboard, TrackStanding } from '../../core/formats/leaderboard.ts';
import type { Ledger } from '../../core/formats/ledger.ts';
import type { Now } from '../../core/formats/now.ts';
import type { ExperimentResult } from '../../core/formats/result.ts';
import { own } from '../../core/names.ts';
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
  /** Adopted since the record, in order. */
  chain: { pull: number }[];
  /** The latest verdict of each experiment, in order. */
  experiments: Experiment[];
  /** Those of this track, in order. */
  events: Event[];
  authors: number;
  /** Of the experiments that are shown whole, by path. */
  results: ReadonlyMap<string, ExperimentResult>;
  /** What owners have earned on all tracks; null where there is no ledger. */
  ledger: Ledger | null;
  /** Who was measured and who waited when the site was built, on all tracks; null where nobody asked. */
  now: Now | null;
}

/** What one commit says, and what else was known. */
export interface Given {
  board: Leaderboard;
  events: readonly Event[];
  /** The spread of one run that each track's configuration believes in; absent where one run decides. */
  sigmas: ReadonlyMap<string, number>;
  results?: ReadonlyMap<string, ExperimentResult>;
  ledger?: Ledger | null;
  now?: Now | null;
}

function summaryOf(track: string, standing: TrackStanding, given: Given): Summary {
  const events = given.events.filter((event) => event.track === track);
  const experiments = experimentsOf(events, track);
  const holders = holdersOf(standing, events, track);
  const sigma = given.sigmas.get(track);
  return {
    track,
    record: recordOf(standing, holders, sigma === undefined ? null : { sigma, degrees: PRIOR_DEGREES }),
    holders,
    guesses: guessesOf(events),
    chain: (standing.frontier?.chain ?? []).map(({ pull }) => ({ pull })),
    experiments,
    events,
    authors: new Set(experiments.map(({ author }) => author)).size,
    results: given.results ?? new Map(),
    ledger: given.ledger ?? null,
    now: given.now ?? null,
  };
}

/** Of every track that has a record, the primary one first. */
export function summariesOf(given: Given): Summary[] {
  const { primary, tracks } = given.board;
  const names = Object.keys(tracks).toSorted();
  return [primary, ...names.filter((name) => name !== primary)].flatMap((name) => {
    const standing = own(tracks, name);
    return standing ? [summaryOf(name, standing, given)] : [];
  });
}
