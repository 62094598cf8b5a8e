import { isScored, type Session } from './state.ts';
import { note, type Step } from './values.ts';

/** How lending ends: after the job in hand, by giving it up, or by killing it. */

/** It ends when nothing is in hand. What was said first remains the reason. */
export function leave(session: Session, why: string, status: number): Session {
  return { ...session, leaving: session.leaving ?? { why, status, untold: 0 } };
}

/** The job ends at once, and another owner gets it. */
export function yieldJob(session: Session): Step {
  const { job } = session;
  if (job === null || job.yielding) return { session, actions: [] };
  return { session: { ...session, job: { ...job, yielding: true } }, actions: [{ do: 'yield' }] };
}

/** The end, after the job in hand. */
export function finish(session: Session): Step {
  const left = leave(session, 'you ended it', 0);
  if (session.leaving || !session.job) return { session: left, actions: [] };
  return { session: left, actions: [note('This job is the last. Ctrl+C once more gives it up.')] };
}

/** The end, and the job in hand is given up. What is being scored takes a moment, and is not thrown away. */
export function stop(session: Session): Step {
  const left = leave(session, 'you ended it', 0);
  if (!left.job) return { session: left, actions: [] };
  if (!isScored(left.job)) return yieldJob(left);
  return {
    session: left,
    actions: [note('This job is being scored, which takes a moment. Ctrl+C once more kills it.')],
  };
}

/** Ctrl+C: each time it means a little more. */
export function interrupt(session: Session): Step {
  const { leaving, job } = session;
  if (leaving === null) return finish(session);
  if (job === null)
    return {
      session: { ...session, leaving: { ...leaving, untold: Number.POSITIVE_INFINITY } },
      actions: [],
    };
  if (job.yielding || (isScored(job) && job.warned)) return { session, actions: [{ do: 'kill' }] };
  const stopped = stop(session);
  return { ...stopped, session: { ...stopped.session, job: { ...stopped.session.job!, warned: true } } };
}
