import type { Job } from '../../core/formats/job.ts';
import type { RunKey, RunMemory } from './state.ts';

/** Everything the bot can do to the world, as plain JSON. */

export type Conclusion = 'success' | 'failure' | 'neutral' | 'action_required';

/** The whole content of a check run. `id` null creates it on `head`. */
export interface CheckWrite {
  id: string | null;
  head: string;
  name: string;
  externalId: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  /** Where the workflow run can be seen. */
  detailsUrl: string | null;
  title: string;
  summary: string;
  text: string;
}

/** One GraphQL document. Empty parts are left out. */
export interface Answer {
  subject: string | null;
  checks: CheckWrite[];
  comment: { id: string | null; body: string } | null;
  addLabels: string[];
  removeLabels: string[];
  close: boolean;
}

/** An answer that says nothing to people: for check runs alone. */
export const SILENT: Omit<Answer, 'checks'> = {
  subject: null,
  comment: null,
  addLabels: [],
  removeLabels: [],
  close: false,
};

/** An issue. */
export interface Alarm {
  title: string;
  body: string;
  label?: string;
}

export interface FileWrite {
  path: string;
  content: string;
}

/** A workflow run that is to end. */
export interface RunAt {
  runId: number;
  /** Full name of the repository that it runs in; null for the swarm's own. */
  repository: string | null;
  /** Its machine is gone and ends nothing any more. */
  force?: boolean;
}

export type Effect =
  | ({ kind: 'answer' } & Answer)
  /** Writes the check runs, sends the order, stores the workflow run's id. */
  | { kind: 'dispatch'; checks: CheckWrite[]; orders: Order[] }
  /** Workflow runs that no machine takes, or that are not needed any more. */
  | { kind: 'cancel'; runs: RunAt[] }
  /** One commit on main with one parent. */
  | { kind: 'record'; base: string; message: CommitMessage; files: FileWrite[] }
  /**
   * One commit on main with `blob` at `path`, null when no file of main changes. The pull request's head is the second parent, and
   * GitHub calls the pull request merged; null when it goes on with another track.
   */
  | {
      kind: 'merge';
      base: string;
      tree: string;
      head: string | null;
      message: CommitMessage;
      files: FileWrite[];
      measured: { path: string; blob: string } | null;
    }
  /**
   * The branch of a track's frontier is moved, or made: these links on `from`. A link has the blob at `path` and, where `head` is
   * given, the pull request's head as its second parent. Without links it stands on `from`.
   */
  | {
      kind: 'frontier';
      branch: string;
      /** A link that is there already, or a commit of main. */
      from: string;
      path: string;
      links: { blob: string; head: string | null; message: CommitMessage }[];
    }
  /** Keeps a composed file in the repository, where machines fetch it by its name. */
  | { kind: 'keep'; blob: string; text: string }
  /** An issue by the bot that stays one: found again by its title. */
  | ({ kind: 'alarm' } & Alarm)
  /** A pull request that the bot closed is to be measured again; where GitHub refuses (its branch is gone), it stays closed. */
  | { kind: 'reopen'; subject: string }
  /** Other subjects that may now move. `heads`: commits that pull requests of these may point to no longer, and that matter. */
  | { kind: 'look'; pulls: number[]; incumbents: string[]; heads?: Record<number, string[]> }
  /** More is to be done here, on what has just been written. `retry`: what a person asked to be tried again is part of it. */
  | { kind: 'again'; retry?: boolean }
  /** Nothing to do, and why. */
  | { kind: 'rest'; why: string };

export interface CommitMessage {
  headline: string;
  body: string;
}

export interface Order {
  key: RunKey;
  memory: RunMemory;
  /** The check run's content while it runs; the workflow run's id is filled in after dispatch. */
  check: CheckWrite;
  job: Job;
  /** Labels for `runs-on`. */
  labels: string[];
  title: string;
  branch: string;
}
