import type { Event } from '../../core/formats/events.ts';

/** What the events say now: a later verdict of the same experiment takes the place of an earlier one. */

type Result = Extract<Event, { kind: 'result' }>;

export interface Experiment extends Result {
  /**
   * What it gained by itself, bits per byte; null where nothing is known of it. The head of a certified chain was measured against the
   * record, with all that the others of its chain gained: that is theirs.
   */
  share: number | null;
}

/** In the order of their verdicts. */
export function experimentsOf(events: readonly Event[], track: string): Experiment[] {
  const latest = new Map<string, Result>();
  for (const event of events) {
    if (event.kind !== 'result' || event.track !== track) continue;
    const key = `${event.pull} ${event.blob}`;
    latest.delete(key); // it moves to its new place
    latest.set(key, event);
  }
  return sharedOut([...latest.values()], chainsOf(events, track));
}

/** Experiments that have a loss. */
export type Scored = Experiment & { valBpb: number };

export function isScored(one: Experiment): one is Scored {
  return one.valBpb !== null;
}

/** The pull requests of each certified chain, by its head. */
export function chainsOf(events: readonly Event[], track: string): Map<string, number[]> {
  return new Map(
    events.flatMap((event): [string, number[]][] =>
      event.kind === 'certified' && event.track === track
        ? [[`${event.pull} ${event.blob}`, event.pulls]]
        : [],
    ),
  );
}

function sharedOut(results: Result[], chains: ReadonlyMap<string, number[]>): Experiment[] {
  const gains = new Map(
    results.map(({ pull, verdict, effect }) => [pull, verdict === 'improved' ? effect : null]),
  );
  return results.map((one) => {
    const others = (chains.get(`${one.pull} ${one.blob}`) ?? []).filter((pull) => pull !== one.pull);
    const theirs = others.reduce((sum, pull) => sum + (gains.get(pull) ?? 0), 0);
    return { ...one, share: one.effect === null ? null : one.effect - theirs };
  });
}
