import { type FSWatcher, lstatSync, watch } from 'node:fs';
import { dirname } from 'node:path';

/** The machine's owner wants it back: a file that the lending client writes says so (DESCENT_YIELD). */

/** What the system does not report is seen by looking: a tenth of the second in which the card must be free. */
const LOOK_MS = 100;

/** The owner took the machine back. Every program of the run is killed, and the run counts for nothing. */
export class TakenBackError extends Error {
  override name = 'TakenBackError';

  constructor() {
    super("The machine's owner took it back.");
  }
}

export interface YieldWatch {
  /** Aborts as soon as the file is there. */
  signal: AbortSignal;
  close(): void;
}

/**
 * @param from where the path stands, for people
 * @throws when the file could never be seen there
 */
export function watchYield(path: string, from = 'DESCENT_YIELD'): YieldWatch {
  const abort = new AbortController();
  let watcher: FSWatcher | undefined;
  const look = () => {
    if (abort.signal.aborted || !isThere(path)) return;
    close();
    abort.abort(new TakenBackError());
  };
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  const close = () => {
    clearInterval(timer);
    watcher?.close();
  };
  try {
    isThere(path, true);
  } catch (error) {
    close();
    throw new Error(
      `${from} is ${path}, where no file can be seen: ${(error as Error).message}. Name a file in a folder of the user who lends the machine.`,
    );
  }
  try {
    watcher = watch(dirname(path), look).on('error', () => undefined); // the timer looks
    watcher.unref();
  } catch {
    // no folder yet, or no more watches on this machine: the timer looks
  }
  look();
  return { signal: abort.signal, close };
}

/** A link is there, too, whatever it leads to. An error of the disk is no word of the owner's. */
function isThere(path: string, strict = false): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    if (strict && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return false;
  }
}
