import type { Told } from '../../core/formats/lending/client-event.ts';
import type { Phase as JobPhase } from '../../core/formats/lending/phase.ts';
import type { QueuedRun } from '../github/owners-github.ts';
import type { JobEnd } from '../runner/job.ts';
import type { Session, Status } from './state.ts';

/** What goes into the client's state machine, and what comes out of it. */

type Request = 'say' | 'look';

export type Input =
  | { kind: 'begin' }
  | { kind: 'tick' }
  | { kind: 'idle'; free: boolean; why: string[] }
  /** GitHub's answers. `lost`: none came. `refused`: the owner must do something. */
  | { kind: 'said'; status: Status; nonce: string | null }
  | { kind: 'seen'; runs: QueuedRun[] }
  | { kind: 'lost' | 'refused'; request: Request; why: string }
  /** No runner could be registered for the job in hand. */
  | { kind: 'unminted'; refused: boolean; why: string }
  | { kind: 'phase'; phase: JobPhase }
  /** `seconds`: what such a job is paid for; null where nobody learned it. */
  | { kind: 'ended'; end: JobEnd; seconds: number | null }
  /** The owner accepts the harness that was asked about. */
  | { kind: 'accepted' }
  /** Ctrl+C: first the end after this job, then the job is given up, then it is killed. */
  | { kind: 'interrupt' }
  /** The end after this job. */
  | { kind: 'finish' }
  /** The job is given up, then the end. */
  | { kind: 'stop' };

export type Action =
  | { do: 'say'; status: Status; nonce: string | null; why: string | null; until: number | null }
  | { do: 'look' }
  /** Registers a runner, and runs the job. */
  | { do: 'run'; run: QueuedRun }
  | { do: 'cancel'; run: QueuedRun }
  | { do: 'yield' }
  | { do: 'kill' }
  | { do: 'ask'; harness: string; why: string }
  | { do: 'tell'; told: Told }
  | { do: 'end'; status: number; why: string };

export interface Step {
  session: Session;
  actions: Action[];
}

export const tell = (told: Told): Action => ({ do: 'tell', told });
export const note = (text: string): Action => tell({ event: 'note', text });
