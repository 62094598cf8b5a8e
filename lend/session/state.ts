import type { clientStates, Totals } from '../../core/formats/lending/client-event.ts';
import type { Phase as JobPhase } from '../../core/formats/lending/phase.ts';
import type { QueuedRun } from '../github/owners-github.ts';
import type { Now } from '../idle/policy.ts';

/** What the client that lends a machine knows: a plain value, changed by `step` alone. */
export interface Session {
  idle: { free: boolean; why: string[] };
  job: Job | null;
  /** It ends as soon as nothing is in hand and the swarm has heard it, or could not be told so often. */
  leaving: { why: string; status: number; untold: number } | null;
  /** A harness that waits for the owner's word. */
  asked: { harness: string; why: string } | null;
  /** After failures no job is taken for a while. Steady milliseconds. */
  pause: { until: number; why: string } | null;
  /** Jobs that failed one after another. */
  failures: number;
  /** For which run no runner could be registered, and how often. */
  unminted: { id: number; times: number } | null;
  /** Why GitHub does not answer. */
  lost: string | null;
  /** How often GitHub refused in a row. */
  refusals: number;
  /** What the swarm heard last, and when. */
  said: { status: Status; nonce: string | null; at: number } | null;
  say: Channel;
  look: Channel;
  totals: Totals;
}

/** Requests of one kind: one at a time, and none before a time. */
interface Channel {
  open: boolean;
  notBefore: number;
}

interface Job {
  run: QueuedRun;
  /** How far it is; null before the runner has it. */
  phase: JobPhase | null;
  since: Now;
  yielding: boolean;
  /** The owner was told that one more Ctrl+C kills it. */
  warned: boolean;
}

/** What the swarm is told. */
export type Status = 'free' | 'busy' | 'away';

/** `finishing`: what is in hand is the last, or it is being scored and its owner is back. */
export type State = (typeof clientStates)[number];

/** What the owner asked for. */
export interface Rules {
  /** One job, then the end. */
  once: boolean;
  /** The owner's return gives no job up: it ends first. */
  finish: boolean;
  /** When lending ends for good, in milliseconds since 1970. */
  ends: number | null;
  /** When the hours of lending end that are now; null where there are none. */
  hoursEnd(wall: number): number | null;
  /** What a job takes at most, of all tracks. */
  jobSeconds: number;
}

/** Nothing is known yet, and nothing was said. */
export function newSession(): Session {
  const channel = { open: false, notBefore: Number.NEGATIVE_INFINITY };
  return {
    idle: { free: false, why: ['nothing was looked at yet'] },
    job: null,
    leaving: null,
    asked: null,
    pause: null,
    failures: 0,
    unminted: null,
    lost: null,
    refusals: 0,
    said: null,
    say: channel,
    look: channel,
    totals: { measured: 0, preempted: 0, failed: 0, refused: 0, seconds: 0 },
  };
}

/** Until when the machine is lent, as far as that is known. */
export function lentUntil({ ends, hoursEnd }: Rules, wall: number): number | null {
  const known = [ends, hoursEnd(wall)].filter((one) => one !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** Everything that keeps the machine from taking a job, for its owner's eyes. Nothing does: it takes one. */
export function hindrances(session: Session, rules: Rules, { wall, steady }: Now): string[] {
  const { idle, leaving, asked, pause } = session;
  const until = lentUntil(rules, wall);
  const left = until === null ? Number.POSITIVE_INFINITY : (until - wall) / 1000;
  const minutes = (seconds: number) => Math.max(0, Math.ceil(seconds / 60));
  return [
    ...(leaving ? [leaving.why] : []),
    ...(idle.free ? [] : idle.why),
    ...(asked ? [`the swarm's program changed, and waits for your word: ${asked.why}`] : []),
    ...(pause && steady < pause.until ? [pause.why] : []),
    ...(left < rules.jobSeconds
      ? [`its time ends in ${minutes(left)} min, and a job takes up to ${minutes(rules.jobSeconds)}`]
      : []),
  ];
}

/** Whether what remains is short: its loss may be known soon, so nobody gives it up any more. */
export function isScored({ phase }: Job): boolean {
  return phase === 'score' || phase === 'done';
}

export function stateOf(session: Session, rules: Rules, now: Now): State {
  const { job, leaving, idle } = session;
  if (job === null) {
    if (leaving) return 'finishing';
    return hindrances(session, rules, now).length === 0 ? 'free' : 'away';
  }
  if (job.yielding) return 'yielding';
  if (leaving || !idle.free) return 'finishing';
  return job.phase === null ? 'leased' : 'running';
}

/** What the swarm should have heard. Why a machine is away in particular is its owner's own affair. */
export function statusOf(session: Session, rules: Rules, now: Now) {
  const { job, leaving, asked, pause } = session;
  const until = lentUntil(rules, now.wall);
  const free = hindrances(session, rules, now).length === 0;
  if (job || free)
    return { status: job ? 'busy' : 'free', nonce: job?.run.nonce ?? null, why: null, until } as const;
  const why = leaving
    ? 'its owner ended lending'
    : asked
      ? 'its owner has not accepted the newest program'
      : pause && now.steady < pause.until
        ? 'jobs failed on it'
        : 'its owner uses it, or lends it at other hours';
  return { status: 'away', nonce: null, why, until: null } as const;
}
