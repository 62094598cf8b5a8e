import { type EventsFile, eventsNumber, eventsPath } from '../../../core/formats/events.ts';
import type { WorldNode } from './reading.graphql.ts';

/**
 * The newest file of events comes with the snapshot. Its number is not known before: the one that was newest last is asked for, and
 * where a newer one has begun since, that costs one more request.
 *
 * @param readFile text of a file at a commit
 */
export function eventsReadingOf(readFile: (path: string, at: string) => Promise<string | null>) {
  let newest = 0;

  return {
    /** Variables of the snapshot's query. */
    eventsAsked: () => ({ events: eventsPath(newest) }),

    async eventsOf(node: WorldNode | null, asked: { events: string }): Promise<EventsFile | null> {
      const main = node?.main?.target;
      const names = main?.eventFiles?.object?.entries ?? [];
      const numbers = names.flatMap(({ name }) => eventsNumber(name) ?? []);
      if (!main || numbers.length === 0) return null;
      const number = numbers.reduce((a, b) => Math.max(a, b));
      newest = number;
      const path = eventsPath(number);
      const text =
        path === asked.events ? (main.events?.object?.text ?? null) : await readFile(path, main.oid);
      return { number, text };
    },
  };
}
