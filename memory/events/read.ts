import { EVENTS, type Event, eventsFiles, parseEvents } from '../../core/formats/events.ts';
import { listing } from '../clone/git.ts';
import { fetchMissing, readBlobs } from '../index/blobs.ts';

/** The events of one commit. */
export interface Told {
  /** In order. */
  events: Event[];
  /** The newest file of events, which goes on: its number and its lines. */
  tail: { file: number; lines: number };
  /** Files of events that cannot be read, each with the reason. They are left out. */
  broken: string[];
}

export async function readEvents(folder: string, commit: string): Promise<Told> {
  await fetchMissing(folder, null, commit, EVENTS);
  const files = eventsFiles(await listing(folder, commit, EVENTS));
  const events: Event[] = [];
  const broken: string[] = [];
  let lines = 0;
  let i = 0;
  for await (const blob of readBlobs(
    folder,
    files.map(({ oid }) => oid),
  )) {
    const { path } = files[i++]!;
    const parsed = parseEvents(blob?.toString('utf8') ?? '');
    lines = parsed.ok ? parsed.value.length : 0;
    if (parsed.ok) for (const event of parsed.value) events.push(event);
    else broken.push(`${path}: ${parsed.problems.join('; ')}`);
  }
  return { events, tail: { file: files.at(-1)?.number ?? 0, lines }, broken };
}
