import { appended, type EventsFile, eventsNumber } from '../../core/formats/events.ts';
import { syntheticEvents, syntheticResult } from '../memory/synthetic.ts';

/** The file of events after each verdict, as the bot writes it. @param from number of the first experiment */
export function* lines(from: number, versions: number): Generator<Record<string, string>> {
  let newest: EventsFile = { number: Math.floor(from / 250), text: '' };
  // All the files there are at that size: their folder is written again with each verdict, too.
  yield Object.fromEntries(Array.from({ length: newest.number }, (_, i) => [`${i}.jsonl`, `${i}\n`]));
  for (let i = 0; i < versions; i += 1) {
    const now = syntheticResult(from + i);
    const events = syntheticEvents(now);
    const files: Record<string, string> = {};
    for (const { path, content } of appended(newest, events)) {
      const name = path.split('/').at(-1)!;
      files[name] = content;
      newest = { number: eventsNumber(name)!, text: content };
    }
    yield files;
  }
}
