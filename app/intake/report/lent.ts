import type { Job } from '../../../core/formats/job.ts';
import { VANISHED_SECONDS } from '../../../core/formats/lending/availability.ts';
import { isRunnerOf, runnerName } from '../../../core/formats/lending/runner-name.ts';
import { PortError, type WorkflowJob, type WorkflowRun } from '../../github/port.ts';
import type { LentMachine } from '../../model/lent.ts';
import type { Finding, World } from '../../model/snapshot.ts';
import type { RunKey, RunMemory } from '../../model/state.ts';
import { type Judged, refuse } from './report.ts';

/** What is different where a run was sent to a lent machine: its repository, its runner's name, and that its machine may fall silent. */

/** A machine that does not take a run in this time gets it no more. */
export const TAKEN_WITHIN_SECONDS = 120;

/** It may say for so long that it has a run before GitHub sees it begin: an owner could keep a place by words alone. */
export const BEGINS_WITHIN_SECONDS = 600;

/** Passes over the text, each with its own limit, and as many again for what the machine checks after a crash. */
const PASSES = 4;
const SET_UP_SECONDS = 30 * 60;
/** What the workflow allows to hand over weights, and to a job as a whole. */
const HAND_OVER_SECONDS = 60 * 60;
const WORKFLOW_SECONDS = 180 * 60;

/** From its order on, no run of such a job takes longer, whatever its machine says. */
export function longestSeconds({
  budgetSeconds,
  scoringSeconds,
  handOver,
  borrow,
}: Pick<Job, 'budgetSeconds' | 'scoringSeconds' | 'handOver' | 'borrow'>): number {
  const seconds =
    SET_UP_SECONDS + budgetSeconds + PASSES * scoringSeconds + (handOver || borrow ? HAND_OVER_SECONDS : 0);
  return BEGINS_WITHIN_SECONDS + Math.min(seconds, WORKFLOW_SECONDS);
}

/** After its client says that it has no job in hand, GitHub may call the run unfinished for so long. */
const ENDING_SECONDS = 60;

export type LentTo = NonNullable<RunMemory['lent']>;

/** What is known of lent machines, by who hears of them. */
export interface Lent {
  /** Those of this swarm. */
  machines(): LentMachine[];
  /** The machine that a run was sent to, as it is known; null where it is not, or not any more. */
  sentTo(lent: LentTo): LentMachine | null;
  /** The same after its repository was read again. */
  again(lent: LentTo): Promise<LentMachine | null>;
  /** Commits with runs that a pull request borrowed, also those that it has left behind. */
  borrowedOn(pull: number): string[];
  /** What pull requests borrow, or have borrowed. */
  borrowing(): NonNullable<World['borrowing']>;
}

/** A bot without a server hears of no lent machines. */
export const NOTHING_LENT: Lent = {
  machines: () => [],
  sentTo: () => null,
  again: async () => null,
  borrowedOn: () => [],
  borrowing: () => [],
};

/** Whether GitHub refuses everything in a repository: it is gone, private, or the App was removed or suspended there. */
export function isGone(error: unknown): boolean {
  return error instanceof PortError && error.kind === 'refused' && GONE.has(error.status);
}
const GONE = new Set([401, 403, 404, 410, 451]);

/** The runner is the one that this machine's client registers for this run alone. */
export function judgeRunner(
  job: WorkflowJob & { runner: string },
  lent: LentTo,
  nonce: string,
): Judged<null> {
  const [login = '', machine = ''] = lent.name.split('.');
  return isRunnerOf(job.runner, login, machine, nonce)
    ? { ok: true, value: null }
    : refuse(
        'runner',
        `the job ran on a runner called ${job.runner}, it must be ${runnerName(login, machine, nonce)}`,
      );
}

/** What becomes of a run that is not over, by what its machine said last; `said` is null where it never spoke. */
export function judgeSilence(
  run: WorkflowRun,
  { nonce }: RunKey,
  { lent, job, dispatchedAt }: Pick<RunMemory, 'job' | 'dispatchedAt'> & { lent: LentTo },
  said: LentMachine['availability'],
  now: string,
): Extract<Finding, { kind: 'pending' | 'untaken' | 'vanished' }> {
  const ago = (at: string) => (Date.parse(now) - Date.parse(at)) / 1000;
  const vanished = { kind: 'vanished', runId: run.id, machine: lent.name } as const;
  const begun = run.status === 'in_progress';
  const believed = ago(dispatchedAt) < (begun ? longestSeconds(job) : BEGINS_WITHIN_SECONDS);
  if (believed && said?.status === 'busy' && said.nonce === nonce)
    return ago(said.at) >= VANISHED_SECONDS ? vanished : { kind: 'pending' };
  if (ago(dispatchedAt) < TAKEN_WITHIN_SECONDS) return { kind: 'pending' };
  if (!begun) return { kind: 'untaken', runId: run.id };
  // It had the job and says that it has not: it stopped, or GitHub has not yet heard how the job ended.
  const ending = said && said.status !== 'busy' && ago(said.at) < ENDING_SECONDS;
  return ending ? { kind: 'pending' } : vanished;
}
