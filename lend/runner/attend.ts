import { setTimeout as sleep } from 'node:timers/promises';
import type { Phase } from '../../core/formats/lending/phase.ts';
import { Answer } from './answer.ts';
import type { Around } from './job.ts';
import type { Limits } from './limits.ts';
import type { JobProcesses } from './processes/job-processes.ts';
import type { Started } from './start.ts';
import { askToYield, readPhase, type wordsIn } from './words.ts';

/** What ended a job. */
export type Ending =
  | { by: 'itself'; status: number; isTaken: boolean; isYielded: boolean }
  | { by: 'gate'; refused: { why: string; harness?: string } }
  /** The owner was back, and what did not leave in time must be killed. `since` is when it was told to. */
  | { by: 'owner'; since: number }
  | { by: 'stop' }
  | { by: 'sleep'; seconds: number }
  | { by: 'limit'; why: string };

interface Attended {
  child: Started;
  processes: JobProcesses;
  words: ReturnType<typeof wordsIn>;
  limits: Limits;
}

const TICK_MS = 100;
const CLOSE_LOOK_MS = 20;
/** A process is remembered when it was seen once. */
const LOOK_EVERY = 5;

/** Stays with a job until it ends or must end. What must end is left for the caller to kill. */
export async function attend(job: Attended, around: Around): Promise<Ending> {
  const { child, processes, words, limits } = job;
  const started = performance.now();
  const answer = new Answer(words, around);
  const ended = endOf(child);
  const woken = AbortSignal.any([around.yield, around.stop, ended.signal]);
  let phase: Phase | null = null;
  for (let tick = 0, wall = Date.now(); ; tick++) {
    await sleepUnless(woken, TICK_MS);
    const { isOpen, isAsked, no } = answer;
    if (no instanceof Error) return { by: 'limit', why: no.message };
    if (no !== null) return { by: 'gate', refused: no };
    const { status } = ended;
    if (status !== null) return { by: 'itself', status, isTaken: isOpen, isYielded: false };
    if (around.stop.aborted) return { by: 'stop' };
    const slept = Date.now() - wall;
    if (Math.abs(slept) > limits.sleep) return { by: 'sleep', seconds: Math.round(slept / 1000) };
    wall += slept;
    if (around.yield.aborted)
      return isOpen ? await yieldMachine(job, ended, around) : { by: 'owner', since: performance.now() };
    if (tick % LOOK_EVERY === 0) processes.look();
    await answer.look();
    const passed = performance.now() - started;
    if (!isAsked && passed > limits.take)
      return late(`GitHub did not give the job to this machine within ${limits.take / 1000} s.`);
    if (passed > limits.job) return late(`The job did not end within ${limits.job / 60_000} minutes.`);
    const now = await readPhase(words);
    if (now !== null && now !== phase) around.tell({ event: 'phase', phase: now });
    phase = now ?? phase;
  }
}

const late = (why: string): Ending => ({ by: 'limit', why });

async function sleepUnless(signal: AbortSignal, milliseconds: number): Promise<void> {
  if (!signal.aborted) await sleep(milliseconds, undefined, { signal }).catch(() => undefined); // woken
}

/** The exit status, null while it runs; and a signal that wakes who waits for it. */
function endOf(child: Started): { status: number | null; signal: AbortSignal } {
  const over = new AbortController();
  const end = { status: null as number | null, signal: over.signal };
  void child.exit.then((status) => {
    end.status = status;
    over.abort();
  });
  return end;
}

/**
 * The owner is back. Training is ended by runner/, which hands over a small report. A scoring may end by itself, for a moment. What lives
 * on is for the caller to kill.
 */
async function yieldMachine(
  { processes, words, limits }: Attended,
  ended: ReturnType<typeof endOf>,
  around: Around,
): Promise<Ending> {
  const { stop, tell } = around;
  const asked = performance.now();
  const phase = await readPhase(words);
  tell({ event: 'yielding', phase });
  let patience = phase === 'score' ? limits.scoring : 0;
  let isDone = phase === 'done';
  let told: number | null = null;
  let hasLeft = false;
  for (let isFirst = true; ; isFirst = false) {
    if (!isFirst) await sleepUnless(ended.signal, CLOSE_LOOK_MS);
    const { status } = ended;
    if (status !== null) {
      if (told !== null && !hasLeft) tell({ event: 'yielded', seconds: (performance.now() - told) / 1000 });
      return { by: 'itself', status, isTaken: true, isYielded: told !== null };
    }
    if (stop.aborted) return { by: 'stop' };
    const now = performance.now();
    isDone ||= (await readPhase(words)) === 'done';
    if (isDone || told !== null) patience = 0;
    if (!isDone && told === null && now - asked >= patience) {
      await askToYield(words);
      told = now;
    }
    const living = told === null ? 0 : processes.inSandboxes().length;
    if (living > 0 && now - told! > limits.ask) processes.killSandboxes();
    if (told !== null && living === 0 && !hasLeft) {
      hasLeft = true;
      tell({ event: 'yielded', seconds: (performance.now() - told) / 1000 });
    }
    const why =
      living > 0 && now - told! > limits.leave
        ? `processes of its sandbox lived on (${living})`
        : now - (told ?? asked) > limits.handOver + patience
          ? 'it did not hand over its report in time'
          : null;
    if (why === null) continue;
    tell({ event: 'killed', why });
    return { by: 'owner', since: told ?? asked };
  }
}
