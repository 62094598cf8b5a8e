import type { Readable, Writable } from 'node:stream';
import type { Job } from '../../core/formats/job.ts';
import type { Report } from '../../core/formats/report.ts';

/** What every kind of sandbox offers. The kinds are `bubblewrap/`, `container/` and `none.ts`, each with a header of what it covers and what it does not. */

export type SandboxKind = Report['sandbox'];

/** One start of the harness. Every path shows inside the sandbox under its own name. */
export interface Program {
  /** Arguments to the Python interpreter. */
  args: string[];
  /** Files and folders it may read beside the Python environment. */
  readable: string[];
  /** The one folder it may write; empty at the start and used by no other program. */
  scratch: string;
  device: Job['device'];
  /** Main memory of one process, and of all processes together. */
  memoryMiB: number;
  /** Size at which a file it writes stops growing. */
  fileBytes: number;
  /** Processors it may use; null or none: all. */
  threads?: number | null;
  /**
   * It starts after the training of the weights that it loads, and nothing else ran in between: what training could leave in the
   * machine's caches it could write into the weights, so they are not levelled again.
   */
  followsOwnTraining?: boolean;
  /** Once it aborts, nothing is prepared any more; the caller ends what has started. */
  signal?: AbortSignal | undefined;
  /** Bound on processor seconds, a second line behind the referee's clock. */
  cpuSeconds: number;
}

/** How a program ended: its exit status (128 + n for signal n). */
export interface Exit {
  status: number;
}

export interface Child {
  /** Descriptor 0 of the program. */
  orders: Writable;
  /** Descriptor 3 of the program. */
  answers: Readable;
  /** Descriptors 1 and 2 of the program: text of a stranger. */
  log: Readable[];
  /** Resolves when no process of the sandbox is left; rejects with a SandboxError when the sandbox itself failed. */
  exit: Promise<Exit>;
  /** Ends every process of the sandbox at once. Harmless when it has ended. */
  kill(): void;
  /** Process number, outside, of the sandbox's first process; null while unknown or when this kind does not report it. */
  firstProcess(): number | null;
  /** Whether the kernel ended one of its processes for memory; left out where no control group reports it. */
  overMemory?(): boolean;
}

export interface Sandbox {
  kind: SandboxKind;
  /** The user the program's files must belong to, when it is another than the referee's. */
  owner: number | null;
  /** Resolves when the program is about to begin: what prepares the machine for it is not on the program's clock. */
  start(program: Program): Promise<Child>;
}

/** The machine could not make the sandbox. The experiment gets no outcome. */
export class SandboxError extends Error {
  override name = 'SandboxError';
}
