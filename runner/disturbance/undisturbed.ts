import type { Seen } from '../../core/formats/seen.ts';
import { UnscoredError } from '../outcome.ts';
import { disturbance } from './judge.ts';
import { type Watched, watchMachine } from './watch.ts';

/**
 * Does the training while the machine is watched. How it ends is no word about the file when the machine was disturbed: that is
 * decided here, before anything is scored.
 * @param told hears what was seen, whatever comes of it
 * @throws UnscoredError `disturbed`, in place of the training's result or of its own outcome
 */
export async function undisturbed<T>(
  watched: Watched,
  told: (seen: Seen) => void,
  work: () => Promise<T>,
): Promise<T> {
  // Where a machine does nothing but measure, its operator keeps it quiet; several machines may be played on one.
  const judged = { processors: watched.isLent && !watched.env.DESCENT_SHARED_PROCESSORS };
  const watch = await watchMachine(watched);
  const refuse = () => {
    const why = disturbance(watch.seen(), judged);
    if (why !== null) throw new UnscoredError('disturbed', why);
  };
  try {
    refuse();
    const done = await work().catch((error) => {
      if (error instanceof UnscoredError) refuse();
      throw error;
    });
    refuse();
    return done;
  } finally {
    watch.end();
    told(watch.seen());
  }
}
