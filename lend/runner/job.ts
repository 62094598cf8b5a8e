import type { Phase } from '../../core/formats/lending/phase.ts';
import type { GateAnswer } from '../gate/gate.ts';
import type { Asked } from '../gate/judge.ts';
import type { OwnersGitHub } from '../github/owners-github.ts';
import type { Limits } from './limits.ts';
import type { JobProcesses } from './processes/job-processes.ts';

/** What a job is given on this machine, what it tells, and how it ends. */

/** How a job ended on this machine. */
export type JobEnd =
  | { kind: 'measured' }
  | { kind: 'preempted' }
  | { kind: 'refused'; why: string; harness?: string }
  | { kind: 'failed'; why: string }
  | { kind: 'outdated-runner'; why: string };

/** What the client tells people. */
export type JobEvent =
  | { event: 'taken' }
  | { event: 'phase'; phase: Phase }
  | { event: 'yielding'; phase: Phase | null }
  | { event: 'yielded'; seconds: number }
  | { event: 'killed'; why: string }
  | { event: 'fetching'; version: string }
  | { event: 'started'; box: boolean; why: string | null }
  | { event: 'trouble'; what: string };

export interface Around {
  /** As GitHub minted it, and the name it was minted for. */
  jit: string;
  runner: string;
  /** Address of GitHub's API. */
  api: string;
  env: NodeJS.ProcessEnv;
  github: Pick<OwnersGitHub, 'forget' | 'cancel' | 'run'>;
  /** Asked before the first step of the job. */
  gate(asked: Asked): Promise<GateAnswer>;
  /** The owner is back: the sandbox ends within a second. */
  yield: AbortSignal;
  /** The client ends: the job is killed as it is. */
  stop: AbortSignal;
  tell(event: JobEvent): void;
  /** Learns of the job's processes, e.g. to tell them from others that use the card. */
  onProcesses?: (processes: JobProcesses) => void;
  limits?: Partial<Limits>;
  /** Folders that the box shows beside the system. */
  readable?: string[];
}
