import type { MachineNow, Now, PullNow, TrackNow } from '../../core/formats/now.ts';
import { count } from '../../core/text/plural.ts';
import { minuteOf } from '../../core/text/time.ts';

/** Who is measured and who waits, in words and rows: the same for a chart's numbers and for a page that hears the bot. */

export const PULL_COLUMNS = [
  'pull request',
  'author',
  'state',
  'measured by',
  'runs ended',
  'runs to come, at least',
  'decided in, at the earliest',
];
export const MACHINE_COLUMNS = ['machine', 'owner', 'tracks', 'state', 'last heard'];

/**
 * Seconds until each pull request can be decided, in the order they have: as if every run took as long as the middle one of the last,
 * and no more than the rule is sure to want. Null where no machine or no run says how long that is, and for those that are not in line.
 * @param at milliseconds
 */
export function secondsLeft({ places, recent, pulls, own }: TrackNow, at: number): (number | null)[] {
  if (recent === null || places === 0) return pulls.map(() => null);
  const left = ({ since }: { since: string | null }) =>
    since === null
      ? recent.seconds
      : Math.max(0, recent.seconds - Math.max(0, at - Date.parse(since)) / 1000);
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  let before = sum(own.map(left));
  return pulls.map(({ runs, before: place, needed }) => {
    if (place === null && runs.length === 0) return null;
    const out = runs.map(left);
    const more = Math.max(0, needed - runs.length);
    before += sum(out) + more * recent.seconds;
    const alone = Math.max(0, ...out) + Math.ceil(more / places) * recent.seconds;
    return Math.max(alone, before / places);
  });
}

/** @param at milliseconds; @param name how a pull request is shown */
export function pullRows<T>(
  track: TrackNow,
  at: number,
  name: (pull: number) => T,
): (T | string | number)[][] {
  const left = secondsLeft(track, at);
  return track.pulls.map((pull, i) => [
    name(pull.pull),
    pull.author,
    stateOf(pull),
    pull.runs.map(({ stage, machine }) => `${stage} on ${machine ?? 'a runner'}`).join(', '),
    pull.done,
    pull.needed,
    spanOf(left[i]!),
  ]);
}

export function machineRows(machines: readonly MachineNow[]): string[][] {
  return machines.map(({ name, owner, tracks, state, heard }) => [
    name,
    owner,
    tracks.join(', '),
    state,
    heard === null ? 'never' : `${minuteOf(heard)} UTC`,
  ]);
}

function stateOf({ state, runs, before }: PullNow): string {
  if (runs.length > 0) return 'measured now';
  if (state === 'owners') return 'waits for owners or a machine';
  if (state === 'share') return "waits for the author's earlier ones";
  const place = before === null ? '' : before === 0 ? ', the next' : `, after ${before}`;
  return state === 'later' ? `in line, like what was tried${place}` : `in line${place}`;
}

function spanOf(seconds: number | null): string {
  if (seconds === null) return 'not known';
  if (seconds < 1) return 'any moment: it takes longer than usual';
  return seconds < 90
    ? `${Math.ceil(seconds)} s`
    : seconds < 5400
      ? `${Math.ceil(seconds / 60)} min`
      : `${(seconds / 3600).toFixed(1)} h`;
}

/** What the state is, in a sentence. */
export function nowSaid({ tracks, machines }: Now, track: string): string {
  const own = Object.hasOwn(tracks, track) ? tracks[track] : undefined;
  if (!own) return 'Nothing is measured on this track now.';
  const measured = own.pulls.filter(({ runs }) => runs.length > 0).length;
  const line = own.pulls.filter(({ runs, before }) => runs.length === 0 && before !== null).length;
  const held = own.pulls.length - measured - line;
  const lent = machines.filter((one) => one.tracks.includes(track));
  const free = lent.filter(({ state }) => state === 'free').length;
  const main =
    own.own.length > 0
      ? ` ${count(own.own.length, 'run')} of main's own file ${own.own.length === 1 ? 'is' : 'are'} out.`
      : '';
  const waiting = held > 0 ? `, ${held} ${held === 1 ? 'waits' : 'wait'} for something else` : '';
  const fleet =
    lent.length > 0
      ? ` ${free} of ${count(lent.length, 'lent machine')} ${free === 1 ? 'is' : 'are'} free.`
      : '';
  return `${count(measured, 'pull request')} ${measured === 1 ? 'is' : 'are'} measured, ${line} in line${waiting}.${main}${fleet}`;
}

/** What the times rest on. */
export function basisOf({ recent, places }: TrackNow): string {
  if (recent === null) return 'No run has ended yet, so nothing says how long one takes.';
  return `A run takes ${Math.round(recent.seconds)} s (the middle of the last ${recent.runs}); ${places === 1 ? 'one goes' : `${places} go`} at the same time.`;
}
