import type { Experiment } from '../summary/experiments.ts';
import type { Holder } from '../summary/record.ts';
import type { Summary } from '../summary/summary.ts';
import { type Card, cardSvg, wordsOf } from './card.ts';
import { pngOf } from './png.ts';

/** One card for each of a track's latest records. Other pages show that of the record: 100,000 pictures would fill Pages. */

const LATEST = 12;

/** Addresses from the root and what the pictures say, by track and blob; those of a track with its record last. */
export type Cards = Map<string, { path: string; alt: string }>;

export function cardsOf(
  summaries: readonly Summary[],
  repository: string | null,
  add: (path: string, png: Uint8Array) => string,
): Cards {
  const cards: Cards = new Map();
  for (const { track, holders, record, experiments } of summaries) {
    const measured = new Map(experiments.map((one) => [keyOf(track, one), one]));
    for (const [i, holder] of holders.entries()) {
      if (i < holders.length - LATEST) continue;
      const key = keyOf(track, holder);
      const card: Card = {
        ...{ repository, track, holders: holders.slice(0, i + 1) },
        interval: i === holders.length - 1 ? record.interval : null,
        gain: gainOf(measured.get(key)),
      };
      const name = `cards/${track}-${holder.pull ?? 'first'}.png`;
      const made = { path: add(name, pngOf(cardSvg(card))), alt: wordsOf(card) };
      cards.set(key, made);
      cards.set(track, made);
    }
  }
  return cards;
}

export function cardOfTrack(cards: Cards, track: string) {
  return cards.get(track) ?? null;
}

/** The experiment's own where it held the record, else that of its track. */
export function cardOfExperiment(cards: Cards, one: Experiment) {
  return cards.get(keyOf(one.track, one)) ?? cardOfTrack(cards, one.track);
}

function keyOf(track: string, { pull, blob }: Pick<Holder, 'pull' | 'blob'>): string {
  return `${track} ${pull} ${blob}`;
}

function gainOf(one: Experiment | undefined): Card['gain'] {
  if (!one || one.share === null || one.effect !== one.share || one.standardError === null) return null;
  return { effect: one.effect, standardError: one.standardError };
}
