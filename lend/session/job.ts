import type { Told } from '../../core/formats/lending/client-event.ts';
import type { QueuedRun } from '../github/owners-github.ts';
import type { Now } from '../idle/policy.ts';
import type { JobEnd } from '../runner/job.ts';
import { leave } from './leaving.ts';
import { refused } from './requests.ts';
import { type Rules, type Session, statusOf } from './state.ts';
import { type Action, type Input, note, type Step, tell } from './values.ts';

/** A job is taken, and ends. */

/** After the first failure; twice as long after each further one. */
const PAUSE_SECONDS = 30;
const LONGEST_PAUSE_SECONDS = 1800;
/** So often a runner is registered for one run before the swarm gets it back. */
const MINTS = 3;

/** Takes the run that waits longest, if the machine still takes one. */
export function lease(session: Session, runs: QueuedRun[], rules: Rules, now: Now): Step {
  const [run] = runs.toSorted((a, b) => a.at.localeCompare(b.at) || a.id - b.id);
  if (run === undefined || statusOf(session, rules, now).status !== 'free') return { session, actions: [] };
  const job = { run, phase: null, since: now, yielding: false, warned: false };
  return { session: { ...session, job }, actions: [{ do: 'run', run }] };
}

/** No runner could be registered: the run still waits, so it is taken again, but not for ever. */
export function notMinted(
  session: Session,
  run: QueuedRun,
  { refused: isRefused, why }: Extract<Input, { kind: 'unminted' }>,
  now: Now,
): Step {
  const times = session.unminted?.id === run.id ? session.unminted.times + 1 : 1;
  const isLast = times >= MINTS;
  const without = {
    ...paused(session, `no runner could be registered: ${why}`, PAUSE_SECONDS, now),
    job: null,
    unminted: isLast ? null : { id: run.id, times },
  };
  const counted = isRefused ? refused(without, why) : { session: without, actions: [] };
  const back: Action[] = isLast ? [{ do: 'cancel', run }] : [];
  return {
    session: counted.session,
    actions: [note(`No runner could be registered for run ${run.id}: ${why}`), ...back, ...counted.actions],
  };
}

/** The job is over, and nothing of it is left on this machine. */
export function ended(
  session: Session,
  job: NonNullable<Session['job']>,
  { end, seconds: nominal }: Extract<Input, { kind: 'ended' }>,
  rules: Rules,
  now: Now,
): Step {
  const seconds = Math.round((now.steady - job.since.steady) / 1000);
  const after = afterwards({ ...session, job: null, unminted: null }, end, rules, now);
  const totals = { ...session.totals };
  if (end.kind === 'measured') totals.seconds += nominal ?? 0;
  totals[end.kind === 'outdated-runner' ? 'failed' : end.kind] += 1;
  const told: Told = {
    event: 'ended',
    run: job.run.id,
    end: end.kind,
    why: 'why' in end ? end.why : null,
    seconds,
    totals,
  };
  return { session: { ...after.session, totals }, actions: [tell(told), ...after.actions] };
}

function afterwards(session: Session, end: JobEnd, { once }: Rules, now: Now): Step {
  const only = (next: Session, status: number, why: string): Step => ({
    session: once ? leave(next, why, status) : next,
    actions: [],
  });
  switch (end.kind) {
    case 'measured':
      return only({ ...session, failures: 0 }, 0, 'one job was asked for, and it is done');
    case 'preempted':
      return { session, actions: [] };
    case 'outdated-runner':
      return { session: leave(session, end.why, 2), actions: [] };
    case 'refused':
      if (end.harness === undefined) return only(failedOnce(session, end.why, now), 1, end.why);
      return {
        session: { ...session, asked: { harness: end.harness, why: end.why } },
        actions: [
          tell({ event: 'asks', harness: end.harness, why: end.why }),
          { do: 'ask', harness: end.harness, why: end.why },
        ],
      };
    case 'failed':
      return only(failedOnce(session, end.why, now), 1, end.why);
  }
}

function failedOnce(session: Session, why: string, now: Now): Session {
  const seconds = Math.min(PAUSE_SECONDS * 2 ** session.failures, LONGEST_PAUSE_SECONDS);
  return { ...paused(session, `the last job failed: ${why}`, seconds, now), failures: session.failures + 1 };
}

function paused(session: Session, why: string, seconds: number, now: Now): Session {
  return { ...session, pause: { until: now.steady + seconds * 1000, why } };
}
