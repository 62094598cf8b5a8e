import { parseConfig } from '../../core/formats/config.ts';
import { type Event, parseEvent } from '../../core/formats/events.ts';
import { type Leaderboard, parseLeaderboard } from '../../core/formats/leaderboard.ts';
import { STALE_MINUTES, VANISHED_SECONDS } from '../../core/formats/lending/availability.ts';
import type { MachineNow, Now, PullNow, TrackNow } from '../../core/formats/now.ts';
import { RULE } from '../../core/rules/acceptance/rule.ts';
import { lineOf } from '../decide/rules/queue.ts';
import type { CommitReading, MainReading } from '../github/port.ts';
import { queueOf } from '../intake/world.ts';
import type { LentMachine } from '../model/lent.ts';
import type { QueueEntry } from '../model/snapshot.ts';
import { decodeRun, type RunKey } from '../model/state.ts';

/** What is measured and who waits: public facts alone, from one reading of the repository. Nonces and seeds stay here. */

/** So many runs that ended last say how long one takes. */
const RECENT = 50;

type Out = { key: RunKey; since: string | null };

/** @returns null where the settings on main cannot be read */
export function nowOf(reading: MainReading, lent: LentMachine[], at: Date): Now | null {
  const config = parseConfig(reading.main.config);
  if (!config.ok) return null;
  const queue = queueOf(reading.queue);
  const board = parseLeaderboard(reading.main.leaderboard);
  const settings = { config: config.value, board: board.ok ? board.value : emptyBoard(config.value.primary) };
  const world = { queue, closed: queueOf(reading.closed), lent, now: at.toISOString() };
  const commits = new Map(reading.queue.map(({ pull, commit }) => [pull, commit]));
  const bootstrap = outOn(reading.carrier).filter(({ key }) => key.pull === null);
  const busy = new Set([
    ...queue.flatMap(({ running }) => running.flatMap(({ lent: name }) => name ?? [])),
    ...bootstrap.flatMap(({ key }) => key.lent ?? []),
  ]);
  const machines = lent.map((machine) => machineOf(machine, busy.has(machine.name), at));
  const seconds = secondsByTrack(reading, settings.board);
  const tracks = Object.entries(config.value.tracks).map(([track, rules]): [string, TrackNow] => {
    const line = lineOf(world, settings, track).map(({ pull }) => pull);
    const pulls = queue
      .filter((entry) => !entry.draft && entry.overall?.track === track)
      .flatMap((entry) => pullOf(entry, commits.get(entry.pull) ?? null, line) ?? []);
    const there = machines.filter(
      (one) => one.tracks.includes(track) && (one.state === 'free' || one.state === 'busy'),
    ).length;
    return [
      track,
      {
        places: rules['runs-on'].length > 0 ? rules.capacity : Math.min(rules.capacity, there),
        recent: recentOf(seconds.get(track) ?? []),
        pulls: pulls.toSorted((a, b) => placeOf(a) - placeOf(b) || a.pull - b.pull),
        own: bootstrap.filter(({ key }) => key.track === track).flatMap(runOf),
      },
    ];
  });
  return { schema: 1, at: at.toISOString(), tracks: Object.fromEntries(tracks), machines };
}

function emptyBoard(primary: string): Leaderboard {
  return { schema: 1, primary, tracks: {}, owners: {} };
}

const STATES: Record<string, PullNow['state']> = {
  measuring: 'measuring',
  queued: 'queued',
  later: 'later',
  waiting: 'owners',
};

function pullOf(entry: QueueEntry, commit: CommitReading | null, line: number[]): PullNow | null {
  const state = STATES[entry.overall?.state ?? ''];
  if (state === undefined) return null;
  const { pull, author, createdAt, running, waiting = 0, confirming, blob } = entry;
  const before = line.indexOf(pull);
  const nonces = new Set(running.map(({ nonce }) => nonce));
  const round = confirming % RULE.confirmRuns;
  const ordered = running.length + waiting;
  const known = keysOn(commit).filter(({ key }) => key.pull === pull && key.blob === blob);
  return {
    pull,
    author,
    state: before < 0 && running.length === 0 && state !== 'owners' ? 'share' : state,
    since: createdAt,
    before: before < 0 ? null : before,
    runs: known.filter(({ key }) => nonces.has(key.nonce)).flatMap(runOf),
    done: known.filter(({ status }) => status === 'completed').length,
    needed: Math.max(1, ordered + (round > 0 ? RULE.confirmRuns - round : 0)),
  };
}

/** Those that are measured first, then those in line, then those that wait for something else. */
function placeOf({ runs, before }: PullNow): number {
  return runs.length > 0 ? -1 : (before ?? Number.MAX_SAFE_INTEGER);
}

function keysOn(commit: CommitReading | null): (Out & { status: string })[] {
  return (commit?.checks ?? []).flatMap(({ externalId, status, startedAt }) => {
    const key = decodeRun(externalId)?.key;
    return key ? { key, status, since: startedAt ?? null } : [];
  });
}

function outOn(commit: CommitReading | null): Out[] {
  return keysOn(commit).filter(({ status }) => status === 'in_progress');
}

/** What is borrowed is no measurement. */
function runOf({ key: { stage, lent }, since }: Out): PullNow['runs'] {
  return stage === 'borrow' ? [] : [{ stage, machine: lent ?? null, since }];
}

/** What its client said, as far as it is not too old to be true. */
function machineOf(
  { name, owner, tracks, availability, out }: LentMachine,
  hasRun: boolean,
  now: Date,
): MachineNow {
  const heard = availability?.at ?? null;
  const age = heard === null ? Number.POSITIVE_INFINITY : (now.getTime() - Date.parse(heard)) / 1000;
  const status = availability?.status;
  const isSilent = age > (status === 'busy' ? VANISHED_SECONDS : STALE_MINUTES * 60);
  const state = isSilent || status === undefined ? 'silent' : hasRun || out.length > 0 ? 'busy' : status;
  return { name, owner: owner.login, tracks, state, heard };
}

type Result = Extract<Event, { kind: 'result' }>;

/** Of the newest file of events; where it says nothing of a track, of the runs in the leaderboard. */
function secondsByTrack({ main }: MainReading, board: Leaderboard): Map<string, number[]> {
  const seconds = new Map<string, number[]>();
  for (const [track, { runs }] of Object.entries(board.tracks))
    seconds.set(
      track,
      runs.map(({ totalSeconds }) => totalSeconds),
    );
  const results = (main.events?.text ?? '').split('\n').flatMap((line): Result[] => {
    const event = parseEvent(line);
    return typeof event !== 'string' && event.kind === 'result' ? [event] : [];
  });
  for (const [track, own] of Map.groupBy(results, (event) => event.track))
    seconds.set(
      track,
      own.flatMap(({ runs }) => runs.map((one) => one[5])),
    );
  return seconds;
}

function recentOf(seconds: number[]): TrackNow['recent'] {
  const last = seconds.slice(-RECENT).toSorted((a, b) => a - b);
  return last.length === 0 ? null : { runs: last.length, seconds: last[Math.floor(last.length / 2)]! };
}
