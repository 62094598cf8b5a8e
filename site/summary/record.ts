import type { Event } from '../../core/formats/events.ts';
import type { TrackStanding } from '../../core/formats/leaderboard.ts';
import { scoredRuns } from '../../core/rules/acceptance/rule.ts';
import {
  effectInterval,
  mean,
  type NoisePrior,
  pooledVariance,
} from '../../core/rules/acceptance/statistics.ts';
import type { Experiment } from './experiments.ts';

/** The best of a track, and who held it before. */

export interface Holder {
  at: string;
  pull: number | null;
  blob: string;
  valBpb: number;
  author: string | null;
  title: string;
}

export interface Record {
  holder: Holder;
  /** 95 % interval of its loss; null where its runs say nothing of their spread. */
  interval: { low: number; high: number; runs: number; owners: number } | null;
  /** What it is below the first one, bits per byte. */
  gain: number;
  /** Spread of one run; null where one run decides. */
  sigma: number | null;
}

export function recordOf(standing: TrackStanding, holders: Holder[], prior: NoisePrior | null): Record {
  const runs = scoredRuns(standing.runs);
  const losses = runs.map(({ valBpb }) => valBpb);
  const noise =
    prior &&
    pooledVariance([losses, ...standing.others.map((file) => file.map(({ valBpb }) => valBpb))], prior);
  const holder = holders.at(-1)!;
  return {
    holder,
    interval:
      noise && losses.length > 0
        ? {
            ...effectInterval({
              difference: mean(losses),
              standardError: Math.sqrt(noise.variance / losses.length),
              degrees: noise.degrees,
            }),
            runs: losses.length,
            owners: new Set(runs.map(({ owner }) => owner)).size,
          }
        : null,
    gain: holders[0]!.valBpb - holder.valBpb,
    sigma: noise && Math.sqrt(noise.variance),
  };
}

/** All that held the record, the first one first: the leaderboard keeps the latest, the events all since they are written. */
export function holdersOf(standing: TrackStanding, events: readonly Event[], track: string): Holder[] {
  const kept = standing.history.map(({ at, pull, blob, valBpb, author, title }): Holder => {
    return { at, pull, blob: blob.slice(0, 12), valBpb, author, title };
  });
  const known = new Set(kept.map(({ at, blob }) => `${at} ${blob}`));
  const older = events.flatMap((event) =>
    event.kind === 'record' && event.track === track && !known.has(`${event.at} ${event.blob}`)
      ? [event]
      : [],
  );
  return [...older, ...kept].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** The experiments that held the record. */
export function recordsOf(experiments: readonly Experiment[], holders: readonly Holder[]): Experiment[] {
  const held = new Set(holders.map(({ pull, blob }) => `${pull} ${blob}`));
  return experiments.filter(({ pull, blob }) => held.has(`${pull} ${blob}`));
}
