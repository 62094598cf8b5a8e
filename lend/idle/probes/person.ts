import type { Ask } from './ask.ts';
import { PRESENT_SECONDS } from './last-input.ts';
import { seat } from './logind.ts';
import { absent, type Probe, type Reading } from './probe.ts';

interface Around {
  uid: number;
  now: () => number;
  /** Those that see keyboard and mouse of our own session, the best first. */
  input: Probe[];
}

/**
 * Whether a person is at the machine. What sees keyboard and mouse knows best, but only while our own session is the one that is
 * shown; else logind's hint counts.
 */
export function person(ask: Ask, { uid, now, input }: Around): Probe {
  async function read(signal: AbortSignal): Promise<Reading> {
    const [{ reading, shown }, ...seen] = await Promise.all([
      seat(ask, { uid, now, presentSeconds: PRESENT_SECONDS }, signal),
      ...input.map((probe) => probe.read(signal)),
    ]);
    const direct = seen.find(({ verdict }) => verdict === 'free' || verdict === 'busy');
    const unsure = seen.find(({ verdict }) => verdict === 'unknown');
    if (reading.verdict === 'absent')
      return (
        direct ??
        unsure ??
        absent(`nobody can be seen: ${[reading, ...seen].map(({ why }) => why).join('; ')}`)
      );
    return shown === 'ours' && direct ? direct : reading;
  }
  return { name: 'person', read };
}
