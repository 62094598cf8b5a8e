import { type Child, SandboxError } from './sandbox/sandbox.ts';
import { type MachineBreach, type Watched, watch } from './sandbox/watchdog.ts';

/** How a supervised program ended: on its own, or stopped by the referee, and why. */
export type Ending = { by: 'itself'; status: number } | { by: 'clock' | 'memory' | 'disk' | 'referee' };

export interface Supervision {
  /** Resolves when no process is left; rejects when the sandbox or the machine failed, or the run was aborted. */
  ended: Promise<Ending>;
  /** Ends the program as the referee's own decision. */
  stop(): void;
  /** Ends the program in so many seconds, unless it has another limit by then. Its whole time stays bounded, too. */
  limit(seconds: number): void;
}

export interface Bounds extends Watched {
  seconds: number;
  signal: AbortSignal | undefined;
}

/** Reported about the machine, never about the experiment. The run is dispatched again. */
const MACHINE: Record<MachineBreach, string> = {
  'machine-memory':
    'This machine ran out of memory while the job held less than it may. Other programs or other jobs took it. End them, or lend the machine to a smaller track.',
  'machine-disk':
    'The disk under the work folder is full, and not by what the job wrote. Make room, or put work folders elsewhere (TMPDIR).',
};

/** Watches one program by the clock, the watchdog and the caller's signal. The first of them decides how it ended. */
export function supervise(child: Child, bounds: Bounds): Supervision {
  let cause: 'clock' | 'memory' | 'disk' | 'referee' | MachineBreach | null = null;
  const end = (why: typeof cause) => {
    cause ??= why;
    child.kill();
  };
  const clock = setTimeout(end, bounds.seconds * 1000, 'clock');
  let limit: NodeJS.Timeout | undefined;
  const watchdog = watch(child.firstProcess, { ...bounds, overMemory: child.overMemory }, end);
  const abort = () => end('referee');
  bounds.signal?.addEventListener('abort', abort, { once: true });
  if (bounds.signal?.aborted) abort();

  const ended = child.exit
    .then(({ status }): Ending => {
      bounds.signal?.throwIfAborted();
      if (cause === 'machine-memory' || cause === 'machine-disk') throw new SandboxError(MACHINE[cause]);
      return cause ? { by: cause } : { by: 'itself', status };
    })
    .finally(() => {
      clearTimeout(clock);
      clearTimeout(limit);
      watchdog.stop();
      bounds.signal?.removeEventListener('abort', abort);
    });
  ended.catch(() => undefined); // the waiting code gets the error; there may be none yet
  return {
    ended,
    stop: () => end('referee'),
    limit(seconds) {
      clearTimeout(limit);
      limit = setTimeout(end, seconds * 1000, 'clock');
    },
  };
}
