import type { Event } from '../../core/formats/events.ts';

/** What the events say now: a later verdict of the same experiment takes the place of an earlier one. */

export type Experiment = Extract<Event, { kind: 'result' }>;

/** In the order of their verdicts. */
export function experimentsOf(events: readonly Event[], track: string): Experiment[] {
  const latest = new Map<string, Experiment>();
  for (const event of events) {
    if (event.kind !== 'result' || event.track !== track) continue;
    const key = `${event.pull} ${event.blob}`;
    latest.delete(key); // it moves to its new place
    latest.set(key, event);
  }
  return [...latest.values()];
}

/** Experiments that have a loss. */
export type Scored = Experiment & { valBpb: number };

export function isScored(one: Experiment): one is Scored {
  return one.valBpb !== null;
}
