import { z } from 'zod';
import type { Ask } from './ask.ts';
import { type Call, call } from './dbus.ts';
import { busy, free, type Reading, unknown } from './probe.ts';

const SERVICE = 'org.freedesktop.login1';
const value = <T extends z.ZodType>(data: T) => z.object({ data });

const seatSchema = z.object({
  ActiveSession: value(z.tuple([z.string(), z.string()])),
  IdleHint: value(z.boolean()),
  IdleSinceHint: value(z.number()),
});
const sessionSchema = z.object({ User: value(z.tuple([z.number(), z.string()])), Type: value(z.string()) });

function everything(of: 'Seat' | 'Session', path: string): Call {
  const face = 'org.freedesktop.DBus.Properties';
  return {
    bus: 'system',
    service: SERVICE,
    path,
    interface: face,
    method: 'GetAll',
    args: ['s', `${SERVICE}.${of}`],
  };
}

/** What logind says of the person at the screen, and whether the session that is shown is ours. */
export async function seat(
  ask: Ask,
  { uid, now, presentSeconds }: { uid: number; now: () => number; presentSeconds: number },
  signal: AbortSignal,
): Promise<{ reading: Reading; shown: 'ours' | 'anothers' | 'none' }> {
  const found = await call(ask, everything('Seat', '/org/freedesktop/login1/seat/seat0'), seatSchema, signal);
  if ('reading' in found) return { reading: found.reading, shown: 'none' };
  const { ActiveSession, IdleHint, IdleSinceHint } = found.data;
  const path = ActiveSession.data[1];
  if (path === '/')
    return {
      reading: IdleHint.data ? free('nobody is logged in at the screen') : busy('somebody is at the screen'),
      shown: 'none',
    };
  const session = await call(ask, everything('Session', path), sessionSchema, signal);
  // It may have ended between the two questions.
  if ('reading' in session) return { reading: unknown(session.reading.why), shown: 'anothers' };
  const shown = session.data.User.data[0] === uid ? 'ours' : 'anothers';
  if (IdleHint.data) return { reading: free('nobody is at the screen'), shown };
  // A desktop that never tells logind anything leaves the time at 0.
  if (IdleSinceHint.data === 0)
    return {
      reading: unknown(
        'somebody is logged in, and the desktop does not tell logind whether they are there: install xprintidle (X11), or use --when',
      ),
      shown,
    };
  // In a text session it is the time of the last key, and logind waits half an hour.
  const seconds = now() / 1000 - IdleSinceHint.data / 1e6;
  if (session.data.Type.data === 'tty' && seconds >= presentSeconds)
    return { reading: free('nobody is at the screen'), shown };
  return { reading: busy('somebody is at the screen'), shown };
}

const inhibitors = z.array(z.tuple([z.string(), z.string(), z.string(), z.string(), z.number(), z.number()]));

/** What keeps the machine awake because it is in use: a film, a presentation, a download. */
export async function inhibited(ask: Ask, signal: AbortSignal): Promise<Reading> {
  const found = await call(
    ask,
    {
      bus: 'system',
      service: SERVICE,
      path: '/org/freedesktop/login1',
      interface: `${SERVICE}.Manager`,
      method: 'ListInhibitors',
    },
    inhibitors,
    signal,
  );
  if ('reading' in found) return found.reading;
  // Power settings block lids and keys all the time; only `idle` says that somebody uses the machine without touching it.
  const one = found.data.find(
    ([what, , , mode]) => mode.startsWith('block') && what.split(':').includes('idle'),
  );
  return one ? busy(`${one[1]} keeps the screen on: ${one[2]}`) : free('nothing keeps the screen on');
}
