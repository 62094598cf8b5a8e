import type { Event } from '../../core/formats/events.ts';

/** What is adopted and not certified, as the events tell it. */

/** From this time on the newest adopted change is expected at this loss; null: none is left, the record is the best that is known. */
export interface Guess {
  at: string;
  valBpb: number | null;
}

/** In order. A certified chain leaves what stands on it; a refuted one leaves nothing, since nothing else holds either. */
export function guessesOf(events: readonly Event[]): Guess[] {
  const guesses: Guess[] = [];
  let chain: { pull: number; loss: number }[] = [];
  for (const event of events) {
    if (event.kind === 'adopted') chain.push({ pull: event.pull, loss: event.loss });
    else if (event.kind === 'certified') chain = chain.filter(({ pull }) => !event.pulls.includes(pull));
    else if (event.kind === 'refuted') chain = [];
    else continue;
    guesses.push({ at: event.at, valBpb: chain.at(-1)?.loss ?? null });
  }
  return guesses;
}
