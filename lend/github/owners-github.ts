import type { Availability } from '../../core/formats/lending/availability.ts';

/** A run that the swarm ordered here and that waits for its runner. */
export interface QueuedRun {
  id: number;
  /** Of the job: the last word of the run's title, and the end of its label. */
  nonce: string;
  title: string;
  /** Of the machine's repository: its workflow there is the template's. */
  commit: string;
  /** When GitHub took the order. */
  at: string;
}

/** All that the owner's token does while the machine is lent. */
export interface OwnersGitHub {
  /** Says whether the machine takes jobs. */
  say(availability: Availability): Promise<void>;
  /** Runs for this machine. Others that wait in this repository are left alone, and named once. */
  queued(): Promise<QueuedRun[]>;
  /** Registers the runner of one job. @returns its configuration, and its name */
  mint(nonce: string): Promise<{ jit: string; runner: string }>;
  /** Removes the registration of a job's runner, if it is still there. */
  forget(nonce: string): Promise<void>;
  /** Removes every registration that an earlier client of this machine left. @returns their names */
  forgetAll(): Promise<string[]>;
  cancel(runId: number): Promise<void>;
  run(id: number): Promise<{ status: string; conclusion: string | null }>;
}
