import { CommandError } from '../../core/errors.ts';
import type { Config, TrackConfig } from '../../core/formats/config.ts';
import { own } from '../../core/names.ts';
import { type Hours, hoursAt, nextTime, parseHours } from '../idle/hours.ts';
import type { LendOptions } from '../options.ts';
import type { Rules } from '../session/state.ts';
import type { LentHere } from '../settings.ts';

/** The tracks that a machine is lent to, as the swarm has them now. @throws CommandError that names one it has no more */
export function tracksOf({ tracks, swarm }: LentHere, config: Config): Map<string, TrackConfig> {
  return new Map(
    tracks.map((name) => {
      const track = own(config.tracks, name);
      if (track) return [name, track];
      throw new CommandError(
        `${swarm} has no track ${name} any more, only ${Object.keys(config.tracks).join(', ')}`,
        'Name others in machine.yml of your repository, then run `lend --setup` again.',
      );
    }),
  );
}

/** Beside training and scoring: checkout, set-up, and handing over. */
const AROUND_SECONDS = 60;

/** What a job of a track takes at most, when nothing is downloaded. */
export function secondsOf(track: TrackConfig): number {
  return track['budget-seconds'] + track['scoring-seconds'] + AROUND_SECONDS;
}

/** What the owner asked for, as the session and the watch need it. */
export function rulesFor(
  { once, finish, until, schedule }: Pick<LendOptions, 'once' | 'finish' | 'until' | 'schedule'>,
  jobSeconds: number,
  now: number,
): { session: Rules; hours: Hours | null } {
  const hours = schedule === null ? null : parseHours(schedule, until);
  const ends = hours === null && until !== null ? nextTime(until, now).getTime() : null;
  const hoursEnd = (wall: number) => {
    const at = hours && hoursAt(hours, wall);
    return at && 'until' in at ? at.until.getTime() : null;
  };
  return { session: { once, finish, ends, hoursEnd, jobSeconds }, hours };
}
