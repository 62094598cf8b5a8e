import type { Now } from '../idle/policy.ts';
import { ended, lease, notMinted } from './job.ts';
import { finish, interrupt, leave, stop, yieldJob } from './leaving.ts';
import { reached, requests, unreached } from './requests.ts';
import { hindrances, isScored, lentUntil, type Rules, type Session, stateOf } from './state.ts';
import { type Input, type Step, tell } from './values.ts';

/** One thing happens: what the client knows afterwards, and what it does. Pure. */
export function step(session: Session, input: Input, rules: Rules, now: Now): Step {
  const taken = take(session, input, rules, now);
  const timely = duties(taken.session, rules, now);
  const asked = requests(timely.session, rules, now);
  const actions = [...taken.actions, ...timely.actions, ...asked.actions];
  const state = stateOf(asked.session, rules, now);
  if (state !== stateOf(session, rules, now) || input.kind === 'begin')
    actions.unshift(tell({ event: 'state', state, why: hindrances(asked.session, rules, now) }));
  return { session: asked.session, actions };
}

/** What the input changes by itself. */
function take(session: Session, input: Input, rules: Rules, now: Now): Step {
  const { job } = session;
  const same = { session, actions: [] };
  switch (input.kind) {
    case 'begin':
    case 'tick':
      return same;
    case 'idle':
      return { session: { ...session, idle: { free: input.free, why: input.why } }, actions: [] };
    case 'said':
    case 'seen': {
      const answered = reached(session, input, now);
      if (input.kind === 'said') return answered;
      const leased = lease(answered.session, input.runs, rules, now);
      return { session: leased.session, actions: [...answered.actions, ...leased.actions] };
    }
    case 'lost':
    case 'refused':
      return unreached(session, input, now);
    case 'unminted':
      return job ? notMinted(session, job.run, input, now) : same;
    case 'phase':
      return job ? { session: { ...session, job: { ...job, phase: input.phase } }, actions: [] } : same;
    case 'ended':
      return job ? ended(session, job, input, rules, now) : same;
    case 'accepted':
      return { session: { ...session, asked: null }, actions: [] };
    case 'finish':
      return finish(session);
    case 'stop':
      return stop(session);
    case 'interrupt':
      return interrupt(session);
  }
}

/** What time and the machine's use call for. */
function duties(session: Session, rules: Rules, now: Now): Step {
  const { ends, jobSeconds } = rules;
  // Without a job the end comes as soon as none fits any more.
  const last = ends === null ? null : ends - (session.job ? 0 : jobSeconds * 1000);
  const isOver = last !== null && now.wall >= last && session.leaving === null;
  const left = isOver ? leave(session, 'its time is over', 0) : session;
  const until = lentUntil(rules, now.wall);
  const isBack = !left.idle.free || (until !== null && now.wall >= until);
  return isBack && left.job && !rules.finish && !isScored(left.job)
    ? yieldJob(left)
    : { session: left, actions: [] };
}
