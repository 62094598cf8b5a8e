import type { Reading } from './probes/probe.ts';

/** So long everything must be free before a job begins, where the owner says nothing else. */
export const FREE_SECONDS = 180;
/** So long anything must be busy before a job ends. */
export const BUSY_SECONDS = 5;
/** Nobody looked for so long, or the clock moved by so much: the machine slept, or its clock was set. */
const GAP_SECONDS = 30;

/** Two clocks: people's, which is set and jumps, and one that only runs forward, and stands while some machines sleep. Milliseconds. */
export interface Now {
  wall: number;
  steady: number;
}

export interface Named extends Reading {
  name: string;
}

/** Whether the machine is free, and what the next readings are compared with. */
export interface Standing {
  free: boolean;
  /** When it became so. */
  since: Now;
  /** Why it is not free, or why it would not be if that stayed. */
  why: string[];
  /** Since when every reading says the other thing; null while they agree with `free`. */
  turning: Now | null;
  /** When it was judged last. */
  seen: Now;
}

/** Before anything was read, nothing is known. */
export function unseen(now: Now): Standing {
  return { free: false, since: now, why: ['nothing was looked at yet'], turning: null, seen: now };
}

/** What the readings make of it. One reading never turns it: free takes three minutes, busy five seconds. */
export function judge(before: Standing, readings: Named[], now: Now, freeSeconds = FREE_SECONDS): Standing {
  const gap = gapOf(before.seen, now);
  if (gap !== null) return { free: false, since: now, why: [gap], turning: null, seen: now };
  const against = readings.filter(({ verdict }) => verdict === 'busy' || verdict === 'unknown');
  const why = against.map(({ name, verdict, why }) =>
    verdict === 'unknown' ? `${name}: unknown, ${why}` : why,
  );
  const isFree = against.length === 0;
  if (isFree === before.free) return { ...before, why, turning: null, seen: now };
  const turning = before.turning ?? now;
  const seconds = (now.steady - turning.steady) / 1000;
  const needed = isFree ? freeSeconds : BUSY_SECONDS;
  if (seconds < needed) {
    const waiting = isFree ? [`free for ${Math.floor(seconds)} s of ${needed}`] : why;
    return { ...before, why: waiting, turning, seen: now };
  }
  return { free: isFree, since: now, why, turning: null, seen: now };
}

/** Suspended machines come back with one clock ahead of the other, or with both far ahead. */
function gapOf(before: Now, { wall, steady }: Now): string | null {
  const [walls, steadies] = [(wall - before.wall) / 1000, (steady - before.steady) / 1000];
  if (Math.abs(walls - steadies) > GAP_SECONDS) return 'the machine slept, or its clock was set';
  return steadies > GAP_SECONDS ? 'the machine slept, or was too busy to look' : null;
}
