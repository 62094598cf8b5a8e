import { CommandError, inFull, messageOf } from '../../core/errors.ts';
import type { Availability } from '../../core/formats/lending/availability.ts';
import type { ClientEvent, Told } from '../../core/formats/lending/client-event.ts';
import type { Phase as JobPhase } from '../../core/formats/lending/phase.ts';
import type { Clock } from '../clock.ts';
import { GitHubError } from '../github/explain.ts';
import type { OwnersGitHub, QueuedRun } from '../github/owners-github.ts';
import type { IdleWatch } from '../idle/watch.ts';
import type { JobEnd } from '../runner/job.ts';
import { step } from './session.ts';
import { newSession, type Rules, type Session } from './state.ts';
import type { Action, Input } from './values.ts';

/** What a job is given by the loop. */
export interface JobAround {
  jit: string;
  runner: string;
  yield: AbortSignal;
  stop: AbortSignal;
  phase(phase: JobPhase): void;
  /** Anything else that people like to know. */
  say(what: string): void;
}

/** All that the loop drives and listens to. */
export interface Driven {
  clock: Clock;
  watch: IdleWatch;
  github: Pick<OwnersGitHub, 'say' | 'queued' | 'mint' | 'cancel'>;
  rules: Rules;
  /** What the swarm hears beside the status. */
  machine: Pick<Availability, 'machine' | 'tracks' | 'device' | 'driver' | 'powerWatts'>;
  /** Why the machine cannot take a job now; null when it can. */
  ready(): Promise<string | null>;
  /** The whole life of one job. @returns how it ended, and the seconds that it is paid for */
  work(run: QueuedRun, around: JobAround): Promise<{ end: JobEnd; seconds: number | null }>;
  /** Waits for the owner's word about a harness; false: nobody will give it. */
  accepts(asked: { harness: string; why: string }, signal: AbortSignal): Promise<boolean>;
  /** The owner's keys and signals, until the function that it returns is called. */
  listen(hear: (word: 'interrupt' | 'stop' | 'finish') => void): () => void;
  tell(event: ClientEvent): void;
  /** The session is another one. */
  show(session: Session): void;
}

const TICK_MS = 1000;

/** Lends the machine until it is told to end. @returns the exit status */
export async function keepLending(driven: Driven): Promise<number> {
  const { clock, watch, rules } = driven;
  const over = new AbortController();
  const { promise, resolve } = Promise.withResolvers<number>();
  let session = newSession();
  let job = { yield: new AbortController(), stop: new AbortController() };
  let lacks: string[] = [];

  /** Everything that happens comes through here, one after another. */
  function put(input: Input): void {
    if (over.signal.aborted) return;
    const next = step(session, input, rules, clock.now());
    session = next.session;
    for (const action of next.actions) perform(action);
    driven.show(session);
  }

  function tell(told: Told): void {
    driven.tell({ at: new Date(clock.now().wall).toISOString(), ...told });
  }

  function perform(action: Action): void {
    switch (action.do) {
      case 'tell':
        tell(action.told);
        break;
      case 'say':
        void say(action);
        break;
      case 'look':
        void lookForRuns();
        break;
      case 'run':
        job = { yield: new AbortController(), stop: new AbortController() };
        void run(action.run, job);
        break;
      case 'cancel':
        void cancel(action.run);
        break;
      case 'yield':
        job.yield.abort();
        break;
      case 'kill':
        job.stop.abort();
        break;
      case 'ask':
        void ask(action);
        break;
      case 'end':
        tell({ event: 'left', status: action.status, why: action.why });
        over.abort();
        resolve(action.status);
    }
  }

  async function lookForRuns(): Promise<void> {
    await driven.github.queued().then(
      (runs) => put({ kind: 'seen', runs }),
      (error) => put(failure('look', error)),
    );
  }

  async function ask(asked: { harness: string; why: string }): Promise<void> {
    try {
      if (await driven.accepts(asked, over.signal)) put({ kind: 'accepted' });
    } catch (error) {
      tell({ event: 'note', text: inFull(error) });
    }
  }

  async function say({ status, nonce, why, until }: Extract<Action, { do: 'say' }>): Promise<void> {
    const iso = (wall: number) => new Date(wall).toISOString();
    const availability: Availability = {
      schema: 1,
      at: iso(clock.now().wall),
      status,
      nonce,
      why,
      until: until === null ? null : iso(until),
      ...driven.machine,
    };
    await driven.github.say(availability).then(
      () => put({ kind: 'said', status, nonce }),
      (error) => put(failure('say', error)),
    );
  }

  async function cancel(run: QueuedRun): Promise<void> {
    await driven.github
      .cancel(run.id)
      .catch((error) =>
        tell({ event: 'note', text: `Run ${run.id} could not be cancelled: ${messageOf(error)}` }),
      );
  }

  async function run(run: QueuedRun, { yield: back, stop }: typeof job): Promise<void> {
    /** It still waits at GitHub, and nobody will run it here. */
    const giveBack = async (end: JobEnd) => {
      await cancel(run);
      put({ kind: 'ended', end, seconds: null });
    };
    const cannot = await driven.ready().catch(messageOf);
    if (cannot !== null) return await giveBack({ kind: 'failed', why: cannot });
    if (back.signal.aborted) return await giveBack({ kind: 'preempted' });
    const minted = await driven.github.mint(run.nonce).catch((error) => ({ error }));
    if ('error' in minted)
      return put({ kind: 'unminted', refused: isRefusal(minted.error), why: inFull(minted.error) });
    const around: JobAround = {
      ...{ ...minted, yield: back.signal, stop: stop.signal },
      phase: (phase) => {
        tell({ event: 'job', run: run.id, phase, what: `phase ${phase}` });
        put({ kind: 'phase', phase });
      },
      say: (what) => tell({ event: 'job', run: run.id, phase: null, what }),
    };
    const done = await driven
      .work(run, around)
      .catch((error) => ({ end: { kind: 'failed', why: inFull(error) } as const, seconds: null }));
    put({ kind: 'ended', ...done });
  }

  function look(): void {
    const { free, why, lacks: missing } = watch.state();
    if (missing.length > 0 && missing.join() !== lacks.join()) tell({ event: 'lacks', what: missing });
    lacks = missing;
    put({ kind: 'idle', free, why });
  }

  const deaf = driven.listen((kind) => put({ kind }));
  put({ kind: 'begin' });
  watch.changed(look);
  void (async () => {
    while (!over.signal.aborted) {
      await clock.wait(TICK_MS, over.signal);
      put({ kind: 'tick' });
    }
  })();
  try {
    return await promise;
  } finally {
    deaf();
    watch.close();
  }
}

function failure(request: 'say' | 'look', error: unknown): Input {
  return { kind: isRefusal(error) ? 'refused' : 'lost', request, why: inFull(error) };
}

/** GitHub said no, and will say so again. A rate limit, trouble of its own and silence pass. */
function isRefusal(error: unknown): boolean {
  if (error instanceof GitHubError)
    return error.answered !== null && error.answered >= 400 && error.answered < 500;
  return error instanceof CommandError;
}
