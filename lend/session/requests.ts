import { BEAT_SECONDS } from '../../core/formats/lending/availability.ts';
import type { Now } from '../idle/policy.ts';
import { leave } from './leaving.ts';
import { type Rules, type Session, statusOf } from './state.ts';
import { type Action, type Input, note, type Step, tell } from './values.ts';

/** What GitHub is asked and told, and what its answers change. */

const LOOK_SECONDS = 5;
/** A free machine says so again this often. */
const FREE_SECONDS = 300;
const RETRY_SECONDS = 10;
/** One refusal may be GitHub's own trouble; so many in a row are not. */
const REFUSALS = 3;
/** On leaving, so many tries to say so. */
const FAREWELLS = 3;
const FAREWELL_SECONDS = 2;

const later = (now: Now, seconds: number) => now.steady + seconds * 1000;

/** Says what is due, looks for runs while the machine is free, and ends when all was said. */
export function requests(session: Session, rules: Rules, now: Now): Step {
  const { said, say, look, leaving, job } = session;
  const { status, nonce, why, until } = statusOf(session, rules, now);
  const isNews = said === null || said.status !== status || said.nonce !== nonce;
  const every = { free: FREE_SECONDS, busy: BEAT_SECONDS, away: Number.POSITIVE_INFINITY }[status];
  if (leaving && !job && !say.open && (!isNews || leaving.untold >= FAREWELLS))
    return { session, actions: theEnd(leaving) };
  const isDue = isNews || now.steady >= later({ ...now, steady: said.at }, every);
  if (isDue && !say.open && now.steady >= say.notBefore)
    return {
      session: { ...session, say: { ...say, open: true } },
      actions: [{ do: 'say', status, nonce, why, until }],
    };
  if (status === 'free' && !isNews && !look.open && now.steady >= look.notBefore)
    return { session: { ...session, look: { ...look, open: true } }, actions: [{ do: 'look' }] };
  return { session, actions: [] };
}

function theEnd({ status, why, untold }: NonNullable<Session['leaving']>): Action[] {
  const warning =
    'GitHub could not be told that this machine is away: for a quarter of an hour the swarm may still count on it.';
  return [...(untold >= FAREWELLS ? [note(warning)] : []), { do: 'end', status, why }];
}

/** GitHub answered. */
export function reached(session: Session, input: Extract<Input, { kind: 'said' | 'seen' }>, now: Now): Step {
  const free = (seconds: number) => ({ open: false, notBefore: later(now, seconds) });
  const heard =
    input.kind === 'said'
      ? { said: { status: input.status, nonce: input.nonce, at: now.steady }, say: free(0) }
      : { look: free(LOOK_SECONDS) };
  return {
    session: { ...session, ...heard, lost: null, refusals: 0 },
    actions: session.lost === null ? [] : [tell({ event: 'online' })],
  };
}

/** GitHub did not answer, or it refused what its owner may not do. */
export function unreached(
  session: Session,
  input: Extract<Input, { kind: 'lost' | 'refused' }>,
  now: Now,
): Step {
  const { leaving, job } = session;
  const isFarewell = leaving !== null && job === null && input.request === 'say';
  const channel = { open: false, notBefore: later(now, isFarewell ? FAREWELL_SECONDS : RETRY_SECONDS) };
  // GitHub may have taken what it did not answer: what the swarm heard last is not known any more.
  const heard = input.request === 'say' ? null : session.said;
  const closed = { ...session, said: heard, [input.request]: channel };
  if (isFarewell)
    return { session: { ...closed, leaving: { ...leaving, untold: leaving.untold + 1 } }, actions: [] };
  if (input.kind === 'refused') return refused(closed, input.why);
  return {
    session: { ...closed, lost: input.why },
    actions: session.lost === null ? [tell({ event: 'offline', why: input.why })] : [],
  };
}

/** So many refusals in a row end lending: its owner must do something. */
export function refused(session: Session, why: string): Step {
  const refusals = session.refusals + 1;
  const counted = { ...session, refusals };
  if (refusals >= REFUSALS && session.leaving === null)
    return { session: leave(counted, why, 2), actions: [] };
  return {
    session: counted,
    actions: refusals === 1 ? [note(`GitHub refuses, and is asked again: ${why}`)] : [],
  };
}
