import type { QueueEntry, RunState, World } from '../../../model/snapshot.ts';
import type { Settings } from '../../state/settings.ts';
import { goesByLabels, type Known } from '../owners.ts';
import { freeForAnybody, lentOn } from './machines.ts';

/** What placing sees of a track beside a file's runs. @param own runs of the subject itself, as they stand now */
export function knownOn(
  world: Pick<World, 'now' | 'lent' | 'queue'>,
  { board, config }: Settings,
  track: string,
  own: RunState[] = [],
): Known {
  return {
    ...lentOn(world, track, own),
    rules: config.tracks[track]!,
    standing: board.tracks[track] ?? { machines: {} },
    facts: [],
    machineRules: config,
  };
}

/** How many of a track's places have a run: what is borrowed takes none. */
export function placesTaken(queue: QueueEntry[], track: string): number {
  return queue
    .flatMap(({ running }) => running)
    .filter((run) => run.track === track && run.stage !== 'borrow').length;
}

/** Where all machines of a track are lent, no more runs are ordered than machines are free: a track's capacity is what it is now. */
export function withRoom(settings: Settings, world: World): Settings {
  const tracks = Object.entries(settings.config.tracks).map(([track, rules]) => {
    const known = knownOn(world, settings, track);
    if (goesByLabels(known)) return [track, rules] as const;
    const free = freeForAnybody(known, 'explore').length;
    const capacity = Math.min(rules.capacity, placesTaken(world.queue, track) + free);
    return [track, { ...rules, capacity }] as const;
  });
  return { ...settings, config: { ...settings.config, tracks: Object.fromEntries(tracks) } };
}
