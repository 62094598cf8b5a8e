import { messageOf } from '../../core/errors.ts';
import type { Clock } from '../clock.ts';
import { judge, type Named, unseen } from './policy.ts';
import { type Probe, type Reading, unknown } from './probes/probe.ts';

/** How often the machine is looked at: often enough that five seconds of use are seen as that. */
const LOOK_MS = 2000;
/** A probe that takes longer says nothing. */
const LIMIT_MS = 10_000;

export interface IdleState {
  free: boolean;
  /** Since when, in milliseconds since 1970. */
  since: number;
  /** Why not, or what is in the way of staying so. */
  why: string[];
  /** What this machine lacks, so that nothing is known of it. */
  lacks: string[];
}

/** Free after three minutes of free readings, busy after five seconds of a busy one. */
export interface IdleWatch {
  state(): IdleState;
  /** Called whenever the state is another. */
  changed(listener: () => void): void;
  close(): void;
}

/** Looks at the machine until it is closed. Each probe is read by itself: one that hangs holds up no other. */
export function watchIdle(probes: Probe[], clock: Clock, freeSeconds?: number): IdleWatch {
  const closed = new AbortController();
  const latest = new Map<string, Reading>(probes.map(({ name }) => [name, unknown('not looked at yet')]));
  const listeners: (() => void)[] = [];
  let standing = unseen(clock.now());
  for (const probe of probes)
    void keepReading(probe, clock, closed.signal, (read) => latest.set(probe.name, read));
  void keepJudging();

  async function keepJudging() {
    while (!closed.signal.aborted) {
      await clock.wait(LOOK_MS, closed.signal);
      if (closed.signal.aborted) return;
      const before = JSON.stringify(state());
      const readings = [...latest].map(([name, reading]): Named => ({ name, ...reading }));
      standing = judge(standing, readings, clock.now(), freeSeconds);
      if (JSON.stringify(state()) !== before) for (const listener of listeners) listener();
    }
  }

  function state(): IdleState {
    const { free, since, why } = standing;
    const lacking = [...latest].filter(([, { verdict }]) => verdict === 'absent');
    return { free, since: since.wall, why, lacks: lacking.map(([name, one]) => `${name}: ${one.why}`) };
  }

  return {
    state,
    changed: (listener) => void listeners.push(listener),
    close: () => closed.abort(),
  };
}

async function keepReading(probe: Probe, clock: Clock, closed: AbortSignal, say: (reading: Reading) => void) {
  while (!closed.aborted) {
    const late = new AbortController();
    const signal = AbortSignal.any([late.signal, closed]);
    // A fault of a probe is no word about the machine either.
    const reading = probe.read(signal).catch((error) => unknown(messageOf(error)));
    const answered = new AbortController();
    void clock.wait(LIMIT_MS, answered.signal).then(() => {
      if (answered.signal.aborted) return;
      late.abort();
      say(unknown('it does not answer'));
    });
    // A program that cannot even be killed is waited for, so that none is started beside it.
    say(await reading);
    answered.abort();
    if (!closed.aborted) await clock.wait((probe.everySeconds ?? 0) * 1000 || LOOK_MS, closed);
  }
}
